// The order in which scenarios are handed to the workers.

import type { SuiteFile } from '../select/suites.ts';

/** Beginnings of ids, by the length of the scenarios: workers end together when the longest come first. */
const LONGEST_FIRST: readonly string[] = [
  'contract/reads-again',
  'contract/auth/expiry',
  'contract/reads-after-restart',
  'contract/errors-',
  'contract/',
  'crash/kill-then-restart-long-after',
  'flows/restart/writes-go-on',
  'crash/',
  'storm/',
  'faults/',
  'flows/',
];

/** The files with those first that take longest. */
export function longestFirst(files: readonly SuiteFile[]): SuiteFile[] {
  return files.toSorted((a, b) => place(a) - place(b));
}

const place = (file: SuiteFile): number =>
  LONGEST_FIRST.findIndex((beginning) => file.id.startsWith(beginning));
