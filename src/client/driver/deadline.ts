// Time that counts against the target: not while a fault holds something of the tenant (judging sections 3 and 5).

import type { Clock } from '../../core/clock.ts';
import { PATIENCE } from './lane.ts';

/** A limit of the target that runs only while nothing holds the tenant. */
export interface Deadline {
  /** True once three times the limit has passed. To be asked often: it learns of holds only when asked. */
  passed(): boolean;
  /** True once the limit itself has passed. */
  late(): boolean;
  /** Since the beginning, holds included, milliseconds. */
  elapsedMs(): number;
}

/** Starts to count now. */
export function startDeadline(clock: Clock, limitMs: number, isHeld: () => boolean): Deadline {
  const begun = clock.now();
  let from = begun;
  const countedMs = (): number => {
    if (isHeld()) from = clock.now();
    return Number(clock.now() - from) / 1e6;
  };
  return {
    passed: () => countedMs() > PATIENCE * limitMs,
    late: () => countedMs() > limitMs,
    elapsedMs: () => Number(clock.now() - begun) / 1e6,
  };
}
