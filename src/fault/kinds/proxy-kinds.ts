// The faults that a proxy makes, as data.

import type { FaultKindInfo, ProxyKind } from './kind.ts';

type Row = Omit<FaultKindInfo, 'kind'>;

const BOTH = ['client-node', 'node-store'] as const;
const CLIENT = ['client-node'] as const;
const PLAIN = ['proxy'] as const;

/** Chosen short: many flows must fit into a gate (judging section 10). */
const LATENCY_MS = 60;

const REACHABILITY: Readonly<Record<string, Row>> = {
  refuse: {
    where: BOTH,
    needs: PLAIN,
    request: 'never',
    answer: 'never',
    holds: true,
    values: [{}],
    sentence: 'Open connections end and new ones are refused until it heals.',
  },
  flapping: {
    where: BOTH,
    needs: PLAIN,
    request: 'unknown',
    answer: 'part',
    holds: true,
    values: [{ periodMs: 40 }],
    sentence: 'The link goes away and comes back in turns.',
  },
  'black-hole': {
    where: BOTH,
    needs: PLAIN,
    request: 'never',
    answer: 'never',
    holds: true,
    values: [{}],
    sentence: 'Bytes of both directions vanish, connections stay open and are reset when it heals.',
  },
  partition: {
    where: BOTH,
    needs: PLAIN,
    request: 'unknown',
    answer: 'never',
    stream: 'answer',
    holds: true,
    values: [{}],
    sentence:
      'Bytes of one direction vanish, the other works; connections are reset when it heals.',
  },
};

const PACE: Readonly<Record<string, Row>> = {
  latency: {
    where: BOTH,
    needs: PLAIN,
    request: 'whole',
    answer: 'late',
    holds: false,
    values: [{ latencyMs: LATENCY_MS }],
    sentence: 'Each piece of the stream arrives later.',
  },
  jitter: {
    where: BOTH,
    needs: PLAIN,
    request: 'whole',
    answer: 'late',
    holds: false,
    values: [{ latencyMs: LATENCY_MS / 2, jitterMs: LATENCY_MS / 2 }],
    sentence: 'Each piece of the stream arrives later, by a different time.',
  },
  bandwidth: {
    where: BOTH,
    needs: PLAIN,
    request: 'whole',
    answer: 'late',
    holds: false,
    values: [{ bytesPerSecond: 8000 }],
    sentence: 'The stream flows slowly.',
  },
  slice: {
    where: BOTH,
    needs: PLAIN,
    request: 'whole',
    answer: 'whole',
    holds: false,
    values: [{ sliceBytes: 16, slicePauseUs: 1000 }],
    sentence: 'The stream arrives in small pieces with pauses between them.',
  },
  'slow-close': {
    where: BOTH,
    needs: PLAIN,
    // Nothing of it shows in a call that goes well; on the way to the store the tap tells.
    silentOn: CLIENT,
    request: 'whole',
    answer: 'whole',
    holds: false,
    values: [{ delayMs: 100 }],
    sentence: 'The end of a connection is told late.',
  },
  'half-open': {
    where: BOTH,
    needs: PLAIN,
    // Nothing of it shows in a call that goes well; on the way to the store the tap tells.
    silentOn: CLIENT,
    request: 'whole',
    answer: 'whole',
    stream: 'request',
    holds: true,
    values: [{}],
    sentence: 'One side is gone and the other is not told until it heals.',
  },
};

const ENDS: Readonly<Record<string, Row>> = {
  'limit-data': {
    where: BOTH,
    needs: PLAIN,
    request: 'whole',
    answer: 'part',
    stream: 'answer',
    holds: false,
    values: [{ bytes: 30 }],
    sentence: 'Each connection ends after so many bytes of one direction.',
  },
  'timeout-request': {
    where: BOTH,
    needs: PLAIN,
    request: 'never',
    answer: 'never',
    holds: true,
    values: [{}],
    sentence: 'The request vanishes and nothing answers; the connection is reset when it heals.',
  },
  'timeout-answer': {
    where: BOTH,
    needs: PLAIN,
    request: 'whole',
    answer: 'never',
    holds: true,
    values: [{}],
    sentence:
      'The request is carried out and its answer vanishes; the connection is reset at heal.',
  },
  'reset-before-request': {
    where: BOTH,
    needs: PLAIN,
    request: 'never',
    answer: 'never',
    holds: false,
    values: [{}],
    sentence: 'The connection is reset before a byte of the request is delivered.',
  },
  'reset-after-request': {
    where: BOTH,
    needs: PLAIN,
    request: 'whole',
    answer: 'never',
    holds: false,
    values: [{}],
    sentence: 'The request is delivered whole, then the caller gets a reset instead of the answer.',
  },
  'reset-mid-answer': {
    where: BOTH,
    needs: ['proxy', 'proxy-trigger'],
    request: 'whole',
    answer: 'part',
    holds: false,
    values: [{ bytes: 20 }],
    sentence: 'The request is carried out; its answer breaks off with a reset.',
  },
  'caller-gone': {
    where: CLIENT,
    needs: ['proxy', 'proxy-trigger', 'proxy-events'],
    request: 'whole',
    answer: 'never',
    holds: false,
    values: [{ end: 'fin' }, { end: 'rst' }],
    sentence: 'The request is delivered whole, then its caller is gone while the server works.',
  },
  'cut-request': {
    where: BOTH,
    needs: PLAIN,
    request: 'part',
    answer: 'never',
    holds: false,
    values: [{ bytes: 40 }],
    sentence: 'Only the beginning of the request is delivered, then the connection ends.',
  },
  'cut-answer': {
    where: BOTH,
    needs: PLAIN,
    request: 'whole',
    answer: 'part',
    holds: false,
    values: [{ bytes: 0 }, { bytes: 12 }, { bytes: 60 }],
    sentence: 'The request is carried out; its answer ends after so many bytes.',
  },
};

const HOLDS: Readonly<Record<string, Row>> = {
  hold: {
    where: BOTH,
    needs: ['proxy', 'proxy-hold'],
    request: 'late',
    answer: 'late',
    holds: true,
    values: [{}],
    sentence: 'The request waits at the proxy, even when its caller has left, and arrives later.',
  },
  'hold-answer': {
    where: BOTH,
    needs: ['proxy', 'proxy-hold'],
    request: 'whole',
    answer: 'late',
    holds: true,
    values: [{}],
    sentence: 'The request is carried out; its answer waits at the proxy and arrives later.',
  },
  duplicate: {
    where: CLIENT,
    needs: ['proxy', 'proxy-hold'],
    request: 'late',
    answer: 'late',
    holds: true,
    values: [{}],
    sentence: 'The request waits at the proxy, from where it is delivered twice.',
  },
};

/** Every proxy fault. */
export const PROXY_ROWS = { ...REACHABILITY, ...PACE, ...ENDS, ...HOLDS } as Readonly<
  Record<ProxyKind, Row>
>;
