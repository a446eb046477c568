// SIGINT and SIGTERM end a run cleanly: scenarios are cancelled, what was recorded is judged and reported.

import { onNpmGone } from './parents.ts';

/** A terminal and a launcher tell of one Ctrl-C twice; what comes sooner than this is the same one, ms. */
const SAME_SIGNAL_MS = 500;

/** Aborts at the first signal; a second one ends the process at once. */
export function interruption(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  let first: number | undefined;
  const onSignal = (): void => {
    if (first !== undefined && performance.now() - first > SAME_SIGNAL_MS) process.exit(130);
    first ??= performance.now();
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // The launcher is gone (its IPC pipe broke): nobody waits for a verdict any more.
  process.on('disconnect', onSignal);
  const npm = onNpmGone(process.env, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      npm[Symbol.dispose]();
      process.removeListener('SIGINT', onSignal);
      process.removeListener('SIGTERM', onSignal);
      process.removeListener('disconnect', onSignal);
    },
  };
}
