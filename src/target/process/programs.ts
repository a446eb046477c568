// Programs of the suite itself that a target file can name.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { packageRoot } from '../../core/package.ts';

/** `{suite.node}`: the Node.js that runs us. `{suite.reference}`: the reference pageserver. */
export function suitePrograms(): { node: string; reference: string } {
  return { node: process.execPath, reference: referenceProgram() };
}

/** Absolute path of the reference pageserver's program file: the source in the repository, otherwise compiled. */
export function referenceProgram(): string {
  const root = packageRoot();
  const source = join(root, 'fixtures', 'pageserver', 'main.ts');
  return existsSync(source) ? source : join(root, 'dist', 'fixtures', 'pageserver', 'main.js');
}
