// The hand-made histories are judged as their names say.
//
// Every rule has some on both sides of its line: `<property>-<name>.<verdict>.ndjson`. The header's target
// tells what is shown, and in brackets what else the history breaks, or shows without breaking it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package.ts';
import { parseHistory } from '../history/index.ts';
import { checkHistory, PROPERTIES, type PropertyId } from './index.ts';

const FOLDER = join(packageRoot(), 'fixtures', 'histories');

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ndjson'));

function propertyOf(file: string): PropertyId {
  const name = file.slice(0, file.indexOf('-'));
  return PROPERTIES.find((id) => id.toLowerCase() === name)!;
}

async function judge(file: string) {
  const { lines, damage, header } = parseHistory(readFileSync(join(FOLDER, file)));
  const report = await checkHistory(lines);
  const note = header!.target;
  return { report, damage, note, property: propertyOf(file) };
}

test.each(files.filter((file) => file.endsWith('.ok.ndjson')))('%s holds', async (file) => {
  const { report, damage, note, property } = await judge(file);
  const isCut = note.includes('(undecided)');
  expect(damage).toHaveLength(isCut ? 1 : 0);
  const wanted = note.includes('(unsupported)') ? 'unsupported' : 'holds';
  expect(report.properties[property].outcome).toBe(isCut ? 'undecided' : wanted);
  const also = / \(also: (.*?)\)/.exec(note)?.[1]?.split(' ') ?? [];
  const silent = / \(silent: (\w+)\)/.exec(note)?.[1] as PropertyId | undefined;
  if (silent) expect(report.properties[silent].findings).toEqual([]);
  const shown = /\((document|warn): (\w+)\)/.exec(note);
  for (const id of PROPERTIES) {
    const { outcome, findings } = report.properties[id];
    if (!also.includes(id)) expect([id, outcome, findings]).not.toContain('violated');
    if (shown?.[2] !== id) continue;
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject(
      shown[1] === 'document' ? { kind: 'document' } : { level: 'warn' },
    );
  }
});

const ABOUT_WRITERS: ReadonlySet<PropertyId> = new Set(['P1', 'P3', 'P4', 'P6']);

test.each(files.filter((file) => file.endsWith('.bad.ndjson')))('%s is violated', async (file) => {
  const { report, damage, note, property } = await judge(file);
  expect(damage).toEqual([]);
  const also = / \(also: (.*?)\)/.exec(note)?.[1]?.split(' ') ?? [];
  const violated = PROPERTIES.filter((id) => report.properties[id].outcome === 'violated');
  expect(violated.toSorted()).toEqual([property, ...also].toSorted());
  const finding = report.properties[property].findings[0]!;
  expect(finding.evidence!.length).toBeGreaterThan(0);
  expect(finding.evidence!.length).toBeLessThanOrEqual(3);
  // Who might own it and when: the one interval, or both.
  if (ABOUT_WRITERS.has(property)) {
    expect(`${finding.expected} ${finding.actual}`).toMatch(
      /\[(\d+\.\d ms … (\d+\.\d ms|open)|never)\]|may own/,
    );
  }
});

test('every property has at least three histories each way', () => {
  for (const id of PROPERTIES) {
    const own = files.filter((file) => propertyOf(file) === id);
    expect(own.filter((file) => file.endsWith('.ok.ndjson')).length).toBeGreaterThanOrEqual(3);
    expect(own.filter((file) => file.endsWith('.bad.ndjson')).length).toBeGreaterThanOrEqual(3);
  }
});
