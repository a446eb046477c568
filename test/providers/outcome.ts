// What a finished run left, as far as tests of providers look at it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOutcome } from '../../src/run/result/outcome.ts';

/** The outcome stored in a run's folder. */
export const readOutcome = (folder: string): RunOutcome =>
  JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunOutcome;
