// Pauses between polls and between attempts: short first, growing, never a flood.

import { sleep } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';

/** A sequence of growing pauses, each spread by up to a quarter. */
export interface Pace {
  pause(signal?: AbortSignal): Promise<void>;
  /** Length of the next pause, milliseconds. */
  nextMs(): number;
}

/** Bounds of a pace, milliseconds. */
export interface PaceBounds {
  readonly fromMs: number;
  readonly toMs: number;
  readonly growth: number;
}

/** Polls: 2 ms to 20 ms within a dozen, then on to 100 ms; 30 s of them are about 350 requests. */
export const POLL_PACE: PaceBounds = { fromMs: 2, toMs: 100, growth: 1.2 };

/** Attempts of a state-changing call: 10 ms to 500 ms. */
export const ATTEMPT_PACE: PaceBounds = { fromMs: 10, toMs: 500, growth: 1.6 };

/** A pace from its beginning. */
export function startPace(bounds: PaceBounds, random: Random): Pace {
  let base = bounds.fromMs;
  const nextMs = (): number => {
    const length = base * (1 - random.next() / 4);
    base = Math.min(bounds.toMs, base * bounds.growth);
    return length;
  };
  return { nextMs, pause: (signal) => sleep(nextMs(), signal) };
}
