// The reporters by name. Each is a pure function of the outcome; `cli` writes what it returns.

import type { REPORT_FILES } from '../run/result/history-names.ts';
import type { RunOutcome } from '../run/result/outcome.ts';
import { jsonReport } from './json.ts';

/** A reporter that leaves a file in the run's folder. */
export interface FileReporter {
  readonly file: (typeof REPORT_FILES)[number];
  readonly render: (outcome: RunOutcome) => string | Promise<string>;
}

/** File reporters by name. */
export const FILE_REPORTERS: Readonly<Record<string, FileReporter>> = {
  json: { file: 'result.json', render: jsonReport },
  junit: {
    file: 'junit.xml',
    // Its library is loaded only when it is asked for.
    render: async (outcome) => (await import('./junit.ts')).junitReport(outcome),
  },
};
