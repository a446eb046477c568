// Runs the program as users do: its launcher in a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../tidy/sources.ts';

/** What a finished program left. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Path of the launcher. */
export const launcher = (): string => join(root(), 'bin', 'pageserver-conformance.js');

/** Starts it; `finished` never rejects. */
export function startProgram(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { readonly child: ChildProcess; readonly finished: Promise<Finished> } {
  const started = performance.now();
  const child = spawn(process.execPath, [launcher(), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const finished = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
    durationMs: performance.now() - started,
  }));
  return { child, finished };
}

/** Runs it to its end. */
export const runProgram = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished> =>
  startProgram(args, env).finished;

/** A folder that is removed at the end of the block. */
export function tempFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'psc-cli-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The bundled target with one defect. */
export const writeMutantTarget = (folder: string, mutant: string): string =>
  writeReferenceTarget(folder, [`--mutant=${mutant}`]);

/** The bundled target with more options of the reference. */
export function writeReferenceTarget(folder: string, options: readonly string[]): string {
  const text = readFileSync(join(root(), 'fixtures', 'targets', 'reference.yaml'), 'utf8');
  const file = join(folder, 'target.yaml');
  const lines = options.map((option) => `\n$1${option}`).join('');
  writeFileSync(file, text.replace(/\n( +- )--auth/, `${lines}\n$1--auth`));
  return file;
}
