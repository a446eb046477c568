// The faults that the store's tap makes, as data: they strike single requests, by node, tenant and key.

import type { FaultKindInfo, TapKind } from './kind.ts';

type Row = Omit<FaultKindInfo, 'kind'>;

const SHARED = { where: ['node-store'], needs: ['tap'] } as const;
/** An error answer or nothing at all instead of the effect. */
const REFUSED = { ...SHARED, request: 'never', answer: 'whole', holds: false } as const;

/** Every tap fault. */
export const TAP_ROWS: Readonly<Record<TapKind, Row>> = {
  'store-watch': {
    ...SHARED,
    request: 'whole',
    answer: 'whole',
    holds: false,
    values: [{}],
    sentence: 'Nothing is disturbed; the requests are counted.',
  },
  'store-500': { ...REFUSED, values: [{}], sentence: 'The store answers 500 InternalError.' },
  'store-503': {
    ...REFUSED,
    values: [{}],
    sentence: 'The store answers 503 ServiceUnavailable.',
  },
  'store-slow-down': { ...REFUSED, values: [{}], sentence: 'The store answers 503 SlowDown.' },
  'store-fail': {
    ...REFUSED,
    values: [
      { status: 500, code: 'InternalError', point: 'committed' },
      { status: 503, code: 'SlowDown', retryAfterS: 1 },
    ],
    sentence: 'The store answers a chosen error, before the effect or after it.',
  },
  'store-delay': {
    ...SHARED,
    request: 'late',
    answer: 'late',
    holds: false,
    values: [
      { point: 'received', latencyMs: 60 },
      { point: 'committed', latencyMs: 60 },
      { point: 'answered', latencyMs: 60 },
    ],
    sentence: 'The store waits before the effect, before the answer or within it.',
  },
  'store-hold': {
    ...SHARED,
    request: 'late',
    answer: 'late',
    holds: true,
    values: [{ point: 'received' }, { point: 'committed' }, { point: 'answered' }],
    sentence:
      'The store waits until it is released, before the effect, before the answer or within it.',
  },
  'store-slow': {
    ...SHARED,
    request: 'whole',
    answer: 'late',
    holds: false,
    values: [{ bytesPerSecond: 8000 }],
    sentence: 'The store answers slowly.',
  },
  'store-truncate': {
    ...SHARED,
    request: 'whole',
    answer: 'part',
    holds: false,
    values: [{ bytes: 30 }],
    sentence: 'The store does what it is asked; its answer breaks off.',
  },
  'store-reset': {
    ...SHARED,
    request: 'never',
    answer: 'never',
    holds: false,
    values: [{}],
    sentence: 'The store resets the connection and does nothing.',
  },
  'store-commit-then-reset': {
    ...SHARED,
    request: 'whole',
    answer: 'never',
    holds: false,
    values: [{}],
    sentence: 'The store does what it is asked and resets the connection instead of answering.',
  },
  'store-drop': {
    ...SHARED,
    request: 'never',
    answer: 'never',
    holds: true,
    values: [{ point: 'received' }, { point: 'committed' }],
    sentence: 'The store never answers; the connection is reset when it heals.',
  },
};
