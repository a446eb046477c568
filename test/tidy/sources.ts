// The repository's own source files, read once for all tidy tests.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One tracked (or not ignored) text file. */
export interface SourceFile {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Root of the repository. */
export const root = (): string => fileURLToPath(new URL('../../', import.meta.url));

/** Every file git knows or would take, generated lock file left out. */
export function allFiles(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root(),
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => path !== '' && path !== 'package-lock.json' && existsSync(join(root(), path)))
    .map((path) => {
      const text = readFileSync(join(root(), path), 'utf8');
      return { path, text, lines: text.split('\n') };
    });
}

/** TypeScript files of the product, its suites, its reference, tests and tools. */
export const codeFiles = (): SourceFile[] => allFiles().filter((file) => /\.ts$/.test(file.path));

/** Code that is not a test. */
export const productFiles = (): SourceFile[] =>
  codeFiles().filter((file) => !file.path.endsWith('.test.ts'));
