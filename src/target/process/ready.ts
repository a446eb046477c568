// Waits until a node answers.

import { sleep } from '../../core/clock.ts';
import { requestOnce } from '../../core/request-once.ts';
import type { ReadyProbe } from '../definition.ts';

/** Pause between two tries: short, for a start takes tens of milliseconds and every rig waits for it. */
const POLL_MS = 5;

const NO_ANSWER = 'no answer';
const ANSWERED = 'the answer was';

/**
 * Resolves with undefined once a GET of the path is answered with a 2xx, or with the reason why not when the time is over. Rejects
 * with the signal's reason when it aborts.
 */
export async function waitReady(
  origin: string,
  probe: ReadyProbe,
  signal: AbortSignal,
): Promise<string | undefined> {
  const deadline = performance.now() + probe.timeoutMs;
  let last = NO_ANSWER;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const left = Math.max(1, deadline - performance.now());
    const outcome = await ask(
      origin,
      probe.path,
      AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(left))]),
    );
    if (outcome === undefined) return undefined;
    signal.throwIfAborted();
    // The try that the deadline cut short says less than the one before it.
    if (outcome !== NO_ANSWER || !last.startsWith(ANSWERED)) last = outcome;
    await sleep(POLL_MS, signal);
  }
  return last;
}

/** One try: undefined when it is ready. A connection of its own, for a server may accept before it serves. */
async function ask(origin: string, path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { status } = await requestOnce(new URL(path, origin), { signal });
    return status >= 200 && status < 300 ? undefined : `${ANSWERED} ${status}`;
  } catch (error) {
    const { code, name, message } = error as NodeJS.ErrnoException;
    return name === 'TimeoutError' ? NO_ANSWER : (code ?? message);
  }
}
