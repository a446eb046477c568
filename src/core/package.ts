// Facts about this package itself.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the package: where `spec/` and `fixtures/` are, in the repository and when installed. */
export function packageRoot(): string {
  const source = fileURLToPath(import.meta.url);
  const root = dirname(dirname(dirname(source)));
  return source.endsWith('.js') ? dirname(root) : root;
}

/** Version of the package, for reports and `--version`. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}
