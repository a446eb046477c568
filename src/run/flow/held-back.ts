// Whether somebody waited for what was held of another: told by its end, for a slow machine is no failure of a target.

import { sleep } from '../../core/clock.ts';
import type { FaultHandle } from '../../fault/index.ts';
import type { ScenarioContext } from '../scenario/context.ts';

/** What ends this soon after a hold had waited for it, ms. */
const AT_ONCE_MS = 1000;

/** Something that is held of others. */
export interface Hold {
  /** False once it has ended by itself: nothing can be told any more. */
  isHeld(): boolean;
  release(): Promise<void>;
}

/** Faults as one hold. */
export function holdOf(faults: readonly FaultHandle[]): Hold {
  return {
    isHeld: () => faults.some(({ held }) => held.length > 0),
    async release() {
      await Promise.all(faults.map((fault) => fault.heal()));
    },
  };
}

/**
 * Runs a step of somebody else. True where it had not ended within `limits.api` and ended at once when the hold was released, which is
 * done then. Once may be chance: a scenario believes the second time.
 */
export async function waitedFor(
  context: ScenarioContext,
  hold: Hold,
  run: () => Promise<unknown>,
): Promise<boolean> {
  const running = run().then(() => 'ended');
  const early = await Promise.race([running, sleep(context.limits.api, context.signal)]);
  if (early !== undefined || !hold.isHeld()) {
    await running;
    return false;
  }
  await hold.release();
  const late = await Promise.race([running, sleep(AT_ONCE_MS, context.signal)]);
  await running;
  return late !== undefined;
}
