// Our own limits of a sweep: whoever hits one has decided nothing more, and says so.

import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Limits of one sweep; absent ones are none. */
export interface GuardOptions {
  /** From the making of the guard on, milliseconds. */
  readonly timeoutMs?: number;
  /** Of the whole process, after its garbage is collected, bytes. */
  readonly heapBytesMax?: number;
}

/** Why the sweep must end here, in one sentence; undefined while it may go on. To be asked now and then. */
export type Guard = () => string | undefined;

/** Starts to watch. */
export function createGuard({ timeoutMs, heapBytesMax }: GuardOptions): Guard {
  const deadline = timeoutMs === undefined ? Infinity : performance.now() + timeoutMs;
  return () => {
    if (performance.now() > deadline) return 'our own limit of time is over';
    if (heapBytesMax !== undefined && isBeyond(heapBytesMax)) {
      return 'our own limit of memory is reached';
    }
    return undefined;
  };
}

/** What is used holds garbage too: only what is left after a collection counts. */
function isBeyond(bytesMax: number): boolean {
  if (getHeapStatistics().used_heap_size <= bytesMax) return false;
  collectGarbage();
  return getHeapStatistics().used_heap_size > bytesMax;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
