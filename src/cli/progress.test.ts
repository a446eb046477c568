// Progress counts what is run, repetitions too.

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { ScenarioResult } from '../run/scenario/result.ts';
import { createProgress } from './progress.ts';

const result = (id: string): ScenarioResult =>
  ({ id, verdict: 'undecided', durationMs: 1_500 }) as unknown as ScenarioResult;

test.each([
  ['plain lines', false],
  ['a live line', true],
])('a repetition is one more to run: %s', (_, isTTY) => {
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  const progress = createProgress({ stdout: new PassThrough(), stderr, env: {} });
  progress.begin(2);
  progress.result(result('flows/a'));
  progress.result(result('flows/b'));
  progress.again(1);
  progress.result(result('flows/b'));
  const text = String(stderr.read());
  expect(text).toMatch(/\[2\/2\]/);
  expect(text).toMatch(/\[3\/3\]/);
  expect(text).not.toMatch(/\[3\/2\]/);
});
