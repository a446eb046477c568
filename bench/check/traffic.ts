// A history of any length for the benches: tenants that live on one node of two, write, and move to the other, with the
// proxy and the store's tap in the picture. Made line by line, so that memory shows what the checker keeps.

import type { HistoryLine } from '../../src/history/events.ts';

/** Tenants that live at the same time. */
const TENANTS = 100;

/** Lines that one stay of a tenant on a node makes. */
export const LINES_A_STAY = 24;

/** Nanoseconds between two lines. */
const STEP = 100_000;

type Draft = Record<string, unknown>;

/** About `count` lines, header and footer included, of a run without any fault. */
export function* traffic(count: number): Generator<HistoryLine> {
  let i = 0;
  const line = (draft: Draft): HistoryLine => {
    const each = { i, t: i * STEP, ...draft } as unknown as HistoryLine;
    i += 1;
    return each;
  };
  yield line(header());
  const versions = new Array<string | undefined>(TENANTS).fill(undefined);
  for (let stay = 0; i < count; stay += 1) {
    const number = stay % TENANTS;
    const node = Math.floor(stay / TENANTS) % 2 === 0 ? 'a' : 'b';
    const tenant = number.toString(16).padStart(32, '0');
    for (const draft of stayOf(stay, node, tenant, versions[number])) yield line(draft);
    versions[number] = `e${stay}.5`;
  }
  yield line({ stream: 'run', type: 'footer', lines: {} });
}

function header(): Draft {
  return {
    stream: 'run',
    type: 'header',
    version: 1,
    wall: '2026-01-01T00:00:00.000Z',
    seed: 'bench',
    profile: 'documented',
    nodes: ['a', 'b'],
    target: 'bench',
    limits: { attach: 10_000, detach: 10_000, quiet: 2000, api: 2000, store: 20_000, stop: 10_000 },
    tap: true,
    versions: {},
  };
}

function stayOf(stay: number, node: string, tenant: string, version: string | undefined): Draft[] {
  const drafts: Draft[] = [];
  const key = `p/tenants/${tenant}/timelines/x/index_part.json`;
  const call = (op: string, status: number, seen?: unknown): void => {
    const id = `c${stay}.${drafts.length}`;
    drafts.push(
      { stream: 'client', type: 'invoke', op, node, boot: 1, proc: 1, call: id, tenant },
      {
        stream: 'proxy',
        type: 'request',
        link: 'client-node',
        node,
        boot: 1,
        conn: 'k',
        call: id,
        copy: 1,
      },
      {
        stream: 'proxy',
        type: 'answer',
        link: 'client-node',
        node,
        boot: 1,
        conn: 'k',
        call: id,
        status,
      },
      { stream: 'client', type: 'ok', call: id, status, ...(seen ? { seen } : {}) },
    );
  };
  const store = (type: string, op: string, req: string, more: Draft): void => {
    drafts.push({ stream: 'store', type, req, op, key, node, boot: 1, tenant, ...more });
  };
  if (version === undefined) call('tenant_create', 201);
  else call('attach', 202);
  const read = `r${stay}`;
  store('answered', 'get', read, { status: 200, ...(version ? { etag: version } : {}) });
  call('tenant_status', 200, { state: 'Active' });
  let previous = version;
  for (let put = 0; put < 3; put += 1) {
    const req = `p${stay}.${put}`;
    const etag = `e${stay}.${put + 3}`;
    store('received', 'put', req, {});
    store('committed', 'put', req, {
      etag,
      ...(previous ? { previous } : {}),
      index: { readable: true, names: [] },
    });
    store('answered', 'put', req, { status: 200 });
    previous = etag;
  }
  drafts.push({
    stream: 'client',
    type: 'invoke',
    op: 'tenant_list',
    node,
    boot: 1,
    proc: 2,
    call: `l${stay}`,
  });
  drafts.push({
    stream: 'client',
    type: 'fail',
    call: `l${stay}`,
    status: 401,
    distinguished: true,
  });
  call('detach', 200);
  return drafts;
}
