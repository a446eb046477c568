// Handlers of signals that come while a phase runs are gone before a signal can be.

import { expect, test } from 'vitest';
import { keepSignals } from './keep-signals.ts';

test('what is added meanwhile goes, what was there and what is no signal stays', async () => {
  const ours = (): void => {};
  const theirs = (): void => {};
  process.on('SIGHUP', ours);
  try {
    {
      using _guard = keepSignals();
      process.once('SIGHUP', theirs);
      process.on('warning', theirs);
      await Promise.resolve();
      expect(process.listeners('SIGHUP')).toContain(ours);
      expect(process.listeners('SIGHUP')).not.toContain(theirs);
      expect(process.listeners('warning')).toContain(theirs);
    }
    process.on('SIGHUP', theirs);
    await Promise.resolve();
    expect(process.listeners('SIGHUP')).toContain(theirs);
  } finally {
    for (const one of [ours, theirs]) process.removeListener('SIGHUP', one);
    process.removeListener('warning', theirs);
  }
});
