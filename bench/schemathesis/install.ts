// Schemathesis from PyPI in a virtual environment of its own, kept in the temp folder for the next run.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Pinned, so that figures of two runs can be compared. */
const VERSION = '4.32.5';
/** Longest installation, ms. */
const INSTALL_MS_MAX = 180_000;

/** Path of its program, or why there is none. */
export async function installSchemathesis(): Promise<string | { readonly reason: string }> {
  const folder = join(tmpdir(), `pageserver-conformance-schemathesis-${VERSION}`);
  const program = join(folder, 'bin', 'st');
  if (existsSync(program)) return program;
  const run = promisify(execFile);
  try {
    await run('python3', ['-m', 'venv', folder], { timeout: INSTALL_MS_MAX });
    const pip = join(folder, 'bin', 'pip');
    await run(pip, ['install', '-q', `schemathesis==${VERSION}`], { timeout: INSTALL_MS_MAX });
    return program;
  } catch (error) {
    return { reason: (error as Error).message.trim().split('\n').at(-1)! };
  }
}
