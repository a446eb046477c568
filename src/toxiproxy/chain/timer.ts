// A timer that never fires early and takes any delay. Node's own may fire up to a millisecond before its time,
// and wraps delays above 2^31 ms.

/** Longest delay that setTimeout takes. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** A running timer. */
export interface Timer {
  cancel(): void;
}

/** Calls `fire` once `delayMs` (fractions count) have passed on the monotonic clock; never synchronously. */
export function startTimer(delayMs: number, fire: () => void): Timer {
  const dueAt = performance.now() + delayMs;
  let cancelled = false;
  let timeout: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const check = (): void => {
    if (cancelled) return;
    const left = dueAt - performance.now();
    if (left <= 0) fire();
    else arm(left);
  };
  const arm = (left: number): void => {
    if (left < 1) immediate = setImmediate(check);
    else timeout = setTimeout(check, Math.min(left, DELAY_MS_MAX));
  };
  arm(delayMs);
  return {
    cancel: () => {
      cancelled = true;
      clearTimeout(timeout);
      clearImmediate(immediate);
    },
  };
}
