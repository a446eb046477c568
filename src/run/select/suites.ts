// Finds the scenarios: a static map from id to file, so that nothing is loaded that is not selected.

import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ScenarioDefinition } from '../scenario/definition.ts';

/** Names of the suites (folders below `suites/`), in the order in which a run takes them. */
export const SUITES = ['contract', 'flows', 'faults', 'crash', 'storm'] as const;

/** One suite's name. */
export type SuiteName = (typeof SUITES)[number];

/** One scenario file. */
export interface SuiteFile {
  readonly id: string;
  readonly suite: SuiteName;
  /** Absolute path. */
  readonly file: string;
}

/** `.ts` in the repository, `.js` in the published package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.suite.ts' : '.suite.js';

/** Folder of all suites: beside `src` in the repository, beside `dist/src` in the package. */
export const suitesRoot = (): string => fileURLToPath(new URL('../../../suites/', import.meta.url));

/** All scenario files, ordered by suite and id. */
export function findSuiteFiles(root: string = suitesRoot()): SuiteFile[] {
  const found: SuiteFile[] = [];
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(EXTENSION)) continue;
    const file = join(entry.parentPath, entry.name);
    const id = relative(root, file).slice(0, -EXTENSION.length).split(sep).join('/');
    found.push({ id, suite: id.split('/')[0] as SuiteName, file });
  }
  return found.sort((a, b) => suiteOrder(a) - suiteOrder(b) || (a.id < b.id ? -1 : 1));
}

/** Loads the definitions of the given files; never touches a target. */
export async function loadDefinitions(files: readonly SuiteFile[]): Promise<ScenarioDefinition[]> {
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(file.file).href)));
  return modules.map((module) => (module as { default: ScenarioDefinition }).default);
}

function suiteOrder(file: SuiteFile): number {
  return SUITES.indexOf(file.suite);
}
