// Programs of the suite itself that a target file can name.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { packageRoot } from '../../core/package.ts';

/** `{suite.node}`: the Node.js that runs us. `{suite.reference}`: the reference pageserver, source or compiled. */
export function suitePrograms(): { node: string; reference: string } {
  const root = packageRoot();
  const source = join(root, 'fixtures', 'pageserver', 'main.ts');
  const compiled = join(root, 'dist', 'fixtures', 'pageserver', 'main.js');
  return { node: process.execPath, reference: existsSync(source) ? source : compiled };
}
