// One line of each kind with every member set: samples for the tests of the schema, and for whoever writes a reader.

import type {
  FooterLine,
  HeaderLine,
  HistoryLine,
  IndexContent,
  Seen,
  SeenTimeline,
} from './events.ts';

const tenant = '1f359dd625e519a1a4e8d7509690f6fc';
const timeline = '2f359dd625e519a1a4e8d7509690f6fc';
const scenario = 'flows/sample';

/** A header with two nodes. */
export const headerLine: HeaderLine = {
  i: 0,
  t: 0,
  stream: 'run',
  type: 'header',
  version: 1,
  wall: '2023-05-05T12:00:00.000Z',
  seed: '1',
  profile: 'documented',
  nodes: ['a', 'b'],
  target: 'sample',
  limits: { attach: 10000, detach: 10000, quiet: 2000, api: 2000, store: 20000, stop: 10000 },
  tap: true,
  versions: { node: '24.21.0' },
};

/** A footer; a test sets its counts. */
export const footerLine: FooterLine = { i: 1, t: 1, stream: 'run', type: 'footer', lines: {} };

const bodies: readonly FullLine[] = [
  {
    stream: 'run',
    type: 'scenario',
    phase: 'start',
    decides: ['P2'],
    control: true,
    lacks: ['tap'],
    scenario,
  },
  { stream: 'run', type: 'control', tenant, scenario },
  { stream: 'run', type: 'place', tenant, node: null, scenario },
  { stream: 'run', type: 'spoil', tenant, what: 'index removed', scenario },
  { stream: 'run', type: 'quiet', since: 5 },
  {
    stream: 'client',
    type: 'invoke',
    op: 'detach',
    node: 'a',
    boot: 1,
    proc: 3,
    call: 'c9',
    tenant,
    timeline,
    operation: 'tenant_size',
    variant: 'a81c',
    ignored: true,
    overrides: { gc_period: '3h' },
    scenario,
  },
  {
    stream: 'client',
    type: 'ok',
    call: 'c9',
    status: 200,
    distinguished: false,
    error: 'ECONNRESET',
    phase: 'body',
    seen: {
      state: 'Active',
      tenants: [tenant],
      states: { [tenant]: 'Active' },
      timelines: [
        {
          id: timeline,
          ancestor: tenant,
          lastRecordLsn: '18446744073709551615',
          diskConsistentLsn: '0',
          remoteConsistentLsn: '5',
        },
      ],
      overrides: { gc_horizon: 1 },
    },
  },
  {
    stream: 'fault',
    type: 'hit',
    fault: 'f1',
    kind: 'reset',
    where: 'client-node',
    node: 'a',
    tenant,
    call: 'c9',
    req: 'r1',
    parameters: { afterBytes: 3 },
  },
  {
    stream: 'process',
    type: 'exit',
    node: 'a',
    boot: 1,
    pid: 99,
    code: null,
    signal: 'SIGKILL',
    asked: true,
  },
  {
    stream: 'proxy',
    type: 'answer',
    link: 'client-node',
    node: 'a',
    boot: 1,
    conn: 'k1',
    call: 'c9',
    copy: 1,
    status: 202,
    up: 10,
    down: 20,
  },
  {
    stream: 'store',
    type: 'committed',
    req: 'r1',
    op: 'put',
    key: `pageserver/tenants/${tenant}/timelines/${timeline}/index_part.json`,
    node: 'a',
    boot: 1,
    tenant,
    timeline,
    order: 1,
    etag: '"e2"',
    previous: '"e1"',
    status: 200,
    fault: 'f1',
    cut: 'lane',
    waited: 12,
    index: {
      readable: true,
      names: ['k'],
      tombstone: false,
      generation: '00000001',
      diskConsistentLsn: '24',
    },
    keys: 2,
    size: 100,
  },
];

const between: readonly HistoryLine[] = bodies.map(
  (body, index) => ({ i: index + 1, t: index + 1, ...body }) as HistoryLine,
);

/** A whole history: header, one line of each kind, footer. */
export const sampleHistory: readonly HistoryLine[] = [
  headerLine,
  ...between,
  {
    ...footerLine,
    i: between.length + 1,
    t: between.length + 1,
    lines: { run: 6, client: 2, fault: 1, process: 1, proxy: 1, store: 1 },
  },
];

/**
 * A line with every member that its type has: one that is added there fails to compile here, and then fails the schema's test
 * until the schema has it too. What belongs to the rig as a whole has no scenario.
 */
type FullLine = Whole<Exclude<HistoryLine, HeaderLine | FooterLine>>;

type Whole<T> = T extends unknown
  ? WholeMembers<Required<Omit<T, 'i' | 't' | 'scenario'>>> & { readonly scenario?: string }
  : never;

type WholeMembers<T> = {
  [K in keyof T]: K extends 'seen'
    ? Required<Omit<Seen, 'timelines'>> & { readonly timelines: readonly Required<SeenTimeline>[] }
    : K extends 'index'
      ? Required<IndexContent>
      : T[K];
};
