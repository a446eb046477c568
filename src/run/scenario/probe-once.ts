// A run of contract scenarios alone does not pay for a probe at its start: the first scenario that needs what a target declares has
// it tried out, once for all workers, which agree on who does it by a folder that only one of them can make.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../../core/clock.ts';
import { TargetError } from '../../core/exit.ts';
import type { TargetCapability, TargetDefinition } from '../../target/index.ts';
import { type MissingCapabilities, probeTarget, type RigRun } from '../rig/index.ts';

/** What contract scenarios rely on that a target may declare wrongly. */
const TRIED = ['restart', 'data-dir'] as const satisfies readonly TargetCapability[];

/** How often a worker looks whether another one is done. */
const LOOK_MS = 20;

/** Whether the probe has something to say of a capability. */
export const isTried = (capability: string): boolean =>
  (TRIED as readonly string[]).includes(capability);

/** Tries the target out, or waits for the worker that does. `signal` ends the wait. */
export async function probeOnce(
  target: TargetDefinition,
  run: RigRun,
  signal: AbortSignal,
): Promise<MissingCapabilities> {
  if (!TRIED.some((capability) => target.capabilities[capability])) return {};
  const result = join(run.tempDir, 'probed.json');
  if (!existsSync(result)) {
    if (isFirst(join(run.tempDir, 'probing'))) {
      const text = JSON.stringify(await probeOr(target, run));
      // Whole or not at all: others read it as soon as it is there.
      writeFileSync(`${result}.new`, text);
      renameSync(`${result}.new`, result);
    }
    while (!existsSync(result)) await sleep(LOOK_MS, signal);
  }
  return JSON.parse(readFileSync(result, 'utf8')) as MissingCapabilities;
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** A target that can't even be started is for the scenarios to tell. */
async function probeOr(target: TargetDefinition, run: RigRun): Promise<MissingCapabilities> {
  try {
    return await probeTarget(target, run, { only: TRIED });
  } catch (error) {
    if (error instanceof TargetError) return {};
    throw error;
  }
}
