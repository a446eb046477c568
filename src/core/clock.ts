// The one clock. CLOCK_MONOTONIC is shared by all processes of a machine, so events of the worker, the
// store tap and the Toxiproxy engine order on it.

/** Reads monotonic time. Injected wherever time matters, so that tests own it. */
export interface Clock {
  /** Nanoseconds of the machine's monotonic clock. */
  now(): bigint;
}

/** The machine's monotonic clock. */
export const monotonicClock: Clock = { now: () => process.hrtime.bigint() };

/** Resolves after `ms` milliseconds, or rejects with the signal's reason when it aborts first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = setTimeout(done, ms);
    function done(): void {
      signal?.removeEventListener('abort', abort);
      resolve();
    }
    function abort(): void {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', abort, { once: true });
  });
}
