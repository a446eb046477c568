// Runs the suite against one mutant of the reference: is the requirement that it breaks found broken?

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { EXIT } from '../../core/exit.ts';
import { isServerFailure } from '../../core/finding.ts';
import type { RunOutcome } from '../../run/result/outcome.ts';
import { loadRawTarget, referenceTargetFile } from '../../target/index.ts';
import type { Mutant } from './list.ts';
import type { KillPlan } from './plan.ts';

/** What became of one mutant. */
export interface Kill {
  readonly mutant: Mutant;
  /** `killed`: exit 1 with the right requirement named. `wrong`: exit 1, but another one. `survived`: anything else. */
  readonly result: 'killed' | 'wrong' | 'survived';
  /** Scenario whose finding names the requirement. */
  readonly by?: string;
  readonly exitCode: number;
  readonly durationMs: number;
  /** The sentence of that finding, or what happened instead. */
  readonly text: string;
}

/** Options of one kill. */
export interface KillOptions extends KillPlan {
  readonly outDir: string;
  readonly seed: string;
  readonly budgetMs: number;
  /** Absolute path of the launcher. */
  readonly entry: string;
  readonly signal: AbortSignal;
}

/** Runs stage after stage, each in a process of its own, until the mutant is killed. */
export async function killMutant(mutant: Mutant, options: KillOptions): Promise<Kill> {
  const started = performance.now();
  const text = `no scenario decides ${mutant.breaks}`;
  let attempt: Attempt = { result: 'survived', exitCode: 0, text };
  for (const [index, scenarios] of options.stages.entries()) {
    const next = await runStage(mutant, scenarios, index, options);
    // A finding under another name says more than none at all.
    if (next.result !== 'survived' || attempt.result === 'survived') attempt = next;
    if (attempt.result === 'killed' || options.signal.aborted) break;
  }
  return { mutant, ...attempt, durationMs: Math.round(performance.now() - started) };
}

type Attempt = Omit<Kill, 'mutant' | 'durationMs'>;

async function runStage(
  mutant: Mutant,
  scenarios: readonly string[],
  stage: number,
  options: KillOptions,
): Promise<Attempt> {
  const folder = join(options.outDir, mutant.name, `stage-${stage + 1}`);
  mkdirSync(folder, { recursive: true });
  const target = writeTarget(mutant, folder);
  const args = ['run', ...scenarios, '--target', target, '--out', folder];
  args.push('--seed', options.seed, '--budget', `${options.budgetMs}ms`, '--reporter', 'json');
  args.push('--shrink', '0');
  // Of several scenarios another may fail first, and under another name.
  if (scenarios.length === 1) args.push('--fail-fast');
  if (mutant.profile !== undefined) args.push('--profile', mutant.profile);
  const child = spawn(process.execPath, [options.entry, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: options.signal,
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  const [code] = (await once(child, 'exit').catch(() => [EXIT.interrupted])) as [number | null];
  return readVerdict(mutant, options.names, folder, { exitCode: code ?? EXIT.harness, errors });
}

/** Half of what a target has by default: a wedged mutant is waited for three times as long, and the reference needs far less. */
const LIMITS = { attach: '5s', detach: '5s' };

function writeTarget(mutant: Mutant, folder: string): string {
  const raw = loadRawTarget(referenceTargetFile());
  const file = join(folder, 'target.yaml');
  const command = [...(raw.command ?? []), '--mutant', mutant.name];
  writeFileSync(
    file,
    stringify({ ...raw, name: `mutant ${mutant.name}`, command, limits: LIMITS }),
  );
  return file;
}

function readVerdict(
  mutant: Mutant,
  wanted: readonly string[],
  folder: string,
  { exitCode, errors }: { readonly exitCode: number; readonly errors: string },
): Attempt {
  if (exitCode !== EXIT.notConformant) {
    return { result: 'survived', exitCode, text: errors.trim().split('\n').at(-1) ?? '' };
  }
  const outcome = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunOutcome;
  const failed = outcome.scenarios
    .filter((scenario) => !scenario.control)
    .flatMap((scenario) => scenario.findings.map((finding) => ({ by: scenario.id, finding })))
    .concat(outcome.findings.map((finding) => ({ by: 'the whole history', finding })))
    .filter(({ finding }) => isServerFailure(finding));
  const right = failed.find(({ finding }) => wanted.includes(finding.requirement));
  if (right) return { result: 'killed', by: right.by, exitCode, text: right.finding.message };
  const names = [...new Set(failed.map(({ finding }) => finding.requirement))].join(', ');
  return { result: 'wrong', exitCode, text: `found ${names} instead of ${mutant.breaks}` };
}
