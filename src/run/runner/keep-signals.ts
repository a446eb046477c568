// Signals stay ours: Vitest installs handlers that exit at once, without teardown and without a report.

const SIGNALS: ReadonlySet<string | symbol> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Until it is disposed, handlers of signals that anybody adds are removed before a signal can reach them; those that are there stay.
 * Signals are delivered by the event loop, so that a microtask comes in time.
 */
export function keepSignals(): Disposable {
  const onNew = (event: string | symbol, listener: (...args: unknown[]) => void): void => {
    if (SIGNALS.has(event)) queueMicrotask(() => process.removeListener(event, listener));
  };
  process.on('newListener', onNew);
  return { [Symbol.dispose]: () => process.removeListener('newListener', onNew) };
}
