// SIGINT and SIGTERM end a run cleanly: scenarios are cancelled, what was recorded is judged and reported.

/** Aborts at the first signal; a second one ends the process at once. */
export function interruption(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  let count = 0;
  const onSignal = (): void => {
    count += 1;
    if (count > 1) process.exit(130);
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // The launcher is gone (its IPC pipe broke): nobody waits for a verdict any more.
  process.on('disconnect', onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.removeListener('SIGINT', onSignal);
      process.removeListener('SIGTERM', onSignal);
      process.removeListener('disconnect', onSignal);
    },
  };
}
