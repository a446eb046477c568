// The generic search against Porcupine on the 102 recorded register histories, both on one thread, in the same run. Both
// parse first; only the checking is timed. Porcupine comes from the Go module proxy into a temporary folder.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJepsenLog, registerModel } from '../../src/check/linearizability/jepsen.ts';
import { isLinearizable } from '../../src/check/linearizability/search.ts';
import type { BenchRow } from '../row.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/porcupine-jepsen/', import.meta.url));

const PROGRAM = fileURLToPath(new URL('porcupine/', import.meta.url));

const ROUNDS = 5;

/** The rows of this bench; none where the recorded histories are absent. */
export async function run(): Promise<BenchRow[]> {
  if (!existsSync(DATA)) return [];
  const expected: Record<string, boolean> = JSON.parse(
    readFileSync(join(DATA, 'expected.json'), 'utf8'),
  );
  const value = ours(expected);
  const limit = porcupine();
  const name = '102 register histories, all verdicts as expected';
  if (limit === undefined) return [{ name: `${name} (no Go: no peer)`, value, unit: 'ms' }];
  const ratio = value / limit;
  return [{ name, value, unit: 'ms', limit, ratio, target: limit, met: ratio <= 1 }];
}

function ours(expected: Readonly<Record<string, boolean>>): number {
  const histories = Object.keys(expected).map(
    (file) => [file, parseJepsenLog(readFileSync(join(DATA, file), 'utf8'))] as const,
  );
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    for (const [file, history] of histories) {
      const outcome = isLinearizable(registerModel, history);
      if ((outcome === 'holds') !== expected[file]) throw new Error(`${file}: ${outcome}`);
    }
    times.push(performance.now() - start);
  }
  return times.toSorted((left, right) => left - right)[Math.floor(ROUNDS / 2)]!;
}

/** Porcupine's median over as many rounds, milliseconds; undefined where there is no Go or no module proxy. */
function porcupine(): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'psc-porcupine-'));
  try {
    cpSync(PROGRAM, folder, { recursive: true });
    const go = (...words: string[]): string =>
      execFileSync('go', words, {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, GOFLAGS: '-mod=mod', GOMAXPROCS: '1' },
      });
    go('build', '-o', 'porcupine-bench', '.');
    const output = execFileSync(join(folder, 'porcupine-bench'), [DATA, String(ROUNDS)], {
      encoding: 'utf8',
      env: { ...process.env, GOMAXPROCS: '1' },
    });
    return Number(output.trim());
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
