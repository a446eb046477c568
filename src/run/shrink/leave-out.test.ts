// What is left of the faults is what the failure needs; and it is said how sure that is.

import { expect, test } from 'vitest';
import type { Finding } from '../../core/finding.ts';
import type { StruckFault } from '../scenario/faults.ts';
import { leaveOut } from './leave-out.ts';
import type { Question } from './rerun.ts';

const fault = (name: string, t: number, tenant?: string): StruckFault => ({
  ...{ name, text: `text of ${name}`, t },
  ...(tenant === undefined ? {} : { tenant }),
});

const STRUCK = [
  fault('mine', 1, 'me'),
  fault('mine too', 2, 'me'),
  fault('theirs', 3, 'them'),
  fault('of all', 4),
  fault('too late', 9, 'me'),
];

const FINDING: Finding = {
  ...{ requirement: 'P2', level: 'fail', kind: 'server', message: 'm', tenant: 'me' },
  evidence: [{ i: 5, t: 5, text: 'a put' }],
};

/** A server that breaks P2 of the tenant when all of these act. */
function server(needed: readonly string[] | undefined) {
  const asked: Question[] = [];
  const ask = async (question: Question): Promise<boolean> => {
    asked.push(question);
    return needed?.every((name) => question.acting.includes(name)) ?? false;
  };
  return { asked, ask };
}

const never = new AbortController().signal;
const shrunk = (ask: (question: Question) => Promise<boolean>, over = never) =>
  leaveOut(
    {
      scenario: { id: 'faults/x', attempt: 2, findings: [FINDING] },
      finding: FINDING,
      struck: STRUCK,
    },
    ask,
    over,
  );

test('first only what had struck the tenant or everybody is tried, of the same run', async () => {
  const { asked, ask } = server(['mine too']);
  const fewest = await shrunk(ask);
  expect(fewest).toMatchObject({ faults: ['text of mine too'], of: 5, end: 'fewest' });
  expect(fewest.runs).toBe(asked.length);
  expect(asked[0]).toEqual({
    ...{ scenario: 'faults/x', attempt: 2, property: 'P2', tenant: 'me' },
    acting: ['mine', 'mine too', 'of all'],
  });
});

test('a failure that needs no fault is told so', async () => {
  expect((await shrunk(server([]).ask)).faults).toEqual([]);
});

test("a neighbour's fault that it takes is found", async () => {
  const { faults } = await shrunk(server(['mine', 'theirs']).ask);
  expect(faults).toEqual(['text of mine', 'text of theirs']);
});

test('what does not show again is told so, with all faults', async () => {
  const { end, faults, runs } = await shrunk(server(undefined).ask);
  expect([end, faults.length, runs]).toEqual(['not-again', 5, 4]);
});

test('what shows only now and then is asked for twice', async () => {
  let asked = 0;
  const { ask } = server(['mine', 'of all']);
  const fewest = await shrunk(async (question) => {
    asked += 1;
    return asked % 2 === 0 && (await ask(question));
  });
  expect(fewest.faults).toEqual(['text of mine', 'text of of all']);
});

test('when time is over what is left by then is told', async () => {
  const over = new AbortController();
  const { ask } = server(['mine']);
  const fewest = await shrunk(async (question) => {
    if (question.acting.length === 0) over.abort();
    return ask(question);
  }, over.signal);
  expect(fewest).toMatchObject({ end: 'time', runs: 2 });
  expect(fewest.faults).toHaveLength(3);
});
