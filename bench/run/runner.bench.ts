// The runner's own start: 60 suite files that do nothing, run by Vitest as suites are (limit of the design: 1 s).

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import type { BenchRow } from '../row.ts';

const FILES = 60;
const TESTS = 5;

/** Wall time of 60 files, 300 tests. */
export async function run(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'psc-bench-runner-'));
  try {
    symlinkSync(
      fileURLToPath(new URL('../../node_modules', import.meta.url)),
      join(folder, 'node_modules'),
    );
    mkdirSync(join(folder, 'suites'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    for (let file = 0; file < FILES; file += 1) {
      const tests = Array.from({ length: TESTS }, (_, index) => `test('t${index}', () => {});`);
      const text = `import { test } from 'vitest';\n${tests.join('\n')}\n`;
      writeFileSync(join(folder, 'suites', `s${file}.test.ts`), text);
    }
    const walls: number[] = [];
    for (let round = 0; round < 3; round += 1) walls.push(await once(folder));
    const wall = walls.sort((a, b) => a - b)[1]!;
    return [{ name: '60 files, 300 tests', value: wall, unit: 's', target: 1, met: wall <= 1 }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function once(folder: string): Promise<number> {
  const started = performance.now();
  const options = {
    config: false,
    root: folder,
    include: ['suites/*.test.ts'],
    watch: false,
    isolate: false,
    pool: 'threads',
    maxWorkers: 2,
    cache: false,
    reporters: [{}],
    experimental: { viteModuleRunner: false },
  };
  const vitest = await createVitest(
    options as unknown as Parameters<typeof createVitest>[0],
    {},
    {},
  );
  await vitest.runTestSpecifications(await vitest.globTestSpecifications(), true);
  await vitest.close();
  process.exitCode = undefined;
  return (performance.now() - started) / 1000;
}
