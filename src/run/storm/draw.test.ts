// Schedules are values: the same seed draws the same one, each fits its menu, and a kept one is read back as it was.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../core/exit.ts';
import { createRandom } from '../../core/random.ts';
import { drawSchedule, type StormGround, type StormMenu } from './draw.ts';
import { faultText, formatSchedule, parseSchedule, withFaults, withSteps } from './schedule.ts';

const MENU: StormMenu = {
  steps: ['move', 'timeline', 'config'],
  places: ['client-node', 'node-store', 'store-link', 'process'],
};
const GROUND: StormGround = {
  nodes: ['a', 'b'],
  capabilities: new Set(['proxy', 'proxy-hold', 'proxy-trigger', 'proxy-events', 'tap']),
  canRestart: true,
  canPause: true,
};
const draw = (seed: number, menu = MENU, ground = GROUND) =>
  drawSchedule(createRandom(seed), menu, ground);

test('the same seed draws the same schedule, another seed another one', () => {
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('every fault of a tenant names a step, every step a tenant', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { tenants, steps, faults } = draw(seed);
      const ids = new Set(steps.map((step) => step.id));
      expect(ids.size).toBe(steps.length);
      for (const step of steps) expect(tenants[step.tenant]).toBeDefined();
      for (const fault of faults) if ('during' in fault) expect(ids).toContain(fault.during);
    }),
  );
});

test('nothing is drawn that the menu or the target lacks', () => {
  const calm = { ...GROUND, canRestart: false, canPause: false, capabilities: new Set(['tap']) };
  const places = new Set<string>();
  for (let seed = 0; seed < 200; seed += 1) {
    for (const fault of draw(seed, MENU, calm).faults) places.add(fault.at);
    for (const step of draw(seed).steps) expect(MENU.steps).toContain(step.do);
  }
  expect([...places]).toEqual(['node-store']);
});

test('over many seeds every place of the menu and every kind of end is drawn', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 300; seed += 1) {
    for (const fault of draw(seed).faults) {
      seen.add(fault.at).add(fault.at === 'process' ? fault.kind : fault.at);
    }
  }
  expect(seen).toEqual(new Set([...MENU.places, 'kill', 'terminate', 'pause']));
});

test('a schedule is kept as text and read back; any other text is a usage error', () => {
  const schedule = draw(7);
  expect(parseSchedule(formatSchedule(schedule))).toEqual(schedule);
  for (const text of ['', '{', 'null', '{"version":2}', '{"version":1,"tenants":[],"steps":[]}']) {
    expect(() => parseSchedule(text)).toThrow(UsageError);
  }
});

test('leaving out steps takes their faults along, and tenants that have nothing to do any more', () => {
  const schedule = draw(7);
  const first = schedule.steps.filter((step) => step.tenant === 0);
  const smaller = withSteps(schedule, first);
  const ids = first.map((step) => step.id);
  expect(smaller.tenants).toHaveLength(1);
  expect(smaller.faults).toEqual(
    schedule.faults.filter((fault) => !('during' in fault) || ids.includes(fault.during)),
  );
  expect(withFaults(schedule, []).steps).toEqual(schedule.steps);
});

test('a fault is told in words', () => {
  const schedule = {
    version: 1,
    tenants: [{ on: 'a', branches: 0 }],
    steps: [{ id: 4, tenant: 0, do: 'move' }],
    faults: [],
  } as const;
  const cut = {
    at: 'client-node',
    during: 4,
    kind: 'cut-answer',
    aim: 'attach',
    forMs: 0,
  } as const;
  expect(faultText(schedule, cut)).toBe('cut-answer on the way of attach during move of tenant 0');
  const kill = { at: 'process', kind: 'kill', node: 'b', afterMs: 0, forMs: 0 } as const;
  expect(faultText(schedule, kill)).toBe('kill of node b');
});
