// How the 500 of an operation is caused from outside: an unknown id where no other status is documented for it, the store
// cut, the data folder gone, and last a hook of the target. Each stage is set up once for all operations still waiting.

import {
  type Api,
  type CallOptions,
  type Exchange,
  hookWay,
  type ScenarioContext,
  UndecidedError,
  UnsupportedError,
  type Way,
} from '#suite';

/** One operation whose 500 is wanted. */
export interface ErrorCell {
  readonly operation: string;
  /** A request about something unknown; absent where the document has another status for that. */
  readonly unknown?: CallOptions;
  /** Makes a right request, on state of its own: `name` is unique for each stage. */
  readonly prepare: (api: Api, name: string) => Promise<CallOptions>;
  /** Called when the store that caused the 500 is whole again. */
  readonly mended?: (api: Api, call: CallOptions) => Promise<void>;
}

interface Wanted {
  readonly cell: ErrorCell;
  readonly ways: Way[];
  caused: boolean;
}

/** So long an operation is given to end while its store or its disk is out of order, milliseconds. */
const PATIENCE_MS = 5_000;

/** Causes `operation.500` of each cell by the first stage that does; leaves a node as good as new. */
export async function causesErrors(
  context: ScenarioContext,
  cells: readonly ErrorCell[],
): Promise<void> {
  const wanted = cells.map((cell): Wanted => ({ cell, ways: [], caused: false }));
  await byUnknownId(context, wanted);
  await byStore(context, open(wanted));
  await byDisk(context, open(wanted));
  await byHook(context, open(wanted));
  for (const { cell, ways } of wanted) await context.cause(`${cell.operation}.500`, ways);
}

const open = (wanted: readonly Wanted[]): readonly Wanted[] => wanted.filter((one) => !one.caused);

async function byUnknownId(context: ScenarioContext, wanted: readonly Wanted[]): Promise<void> {
  const api = await context.api();
  for (const one of wanted) {
    const { operation, unknown } = one.cell;
    if (!unknown) continue;
    const cause = 'an id that is not there';
    const requirement = `${operation}.500`;
    const name = `refuses ${cause}`;
    // An ignore of what is not there has done what was asked; everything else has nothing to answer.
    const expect = { kind: 'undocumented', name, cause, requirement } as const;
    const call = operation === 'ignore' ? unknown : { ...unknown, expect };
    note(one, cause, await api.call(operation, call));
  }
}

async function byStore(context: ScenarioContext, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length === 0) return;
  if (!context.rig.supports('tap')) return missing(wanted, 'tap', 'its store is not under our tap');
  const api = await context.api();
  const calls = await prepareAll(api, wanted, 'store');
  const rule = context.rig.store.addRule({
    id: `${context.id}/store-cut`,
    node: api.node.id,
    point: 'received',
    action: { kind: 'fail', status: 403, code: 'AccessDenied' },
  });
  try {
    await askAll(context, 'a store that refuses everything', calls);
  } finally {
    rule.remove();
  }
  for (const { one, call } of calls) if (one.caused) await one.cell.mended?.(api, call);
}

async function byDisk(context: ScenarioContext, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length === 0) return;
  for (const capability of ['data-dir', 'restart'] as const) {
    if (await context.supports(capability)) continue;
    return missing(wanted, capability, 'its data folder is not ours to spoil');
  }
  const api = await context.api();
  const calls = await prepareAll(api, wanted, 'disk');
  for (const { call } of calls) tellSpoiled(context, call.tenant, 'data folder');
  api.node.spoilDisk();
  try {
    await askAll(context, 'a plain file in place of the data folder', calls);
  } finally {
    await api.node.renew();
  }
}

/** A hook is an environment switch that the target file names; one launch serves all cells of the same switch. */
async function byHook(context: ScenarioContext, wanted: readonly Wanted[]): Promise<void> {
  const hooked = wanted.filter((one) => hookOf(context, one) !== undefined);
  if (hooked.length === 0) return;
  if (!(await context.supports('restart')))
    return missing(hooked, 'restart', 'it can not be launched');
  const node = await context.node();
  try {
    for (const [text, some] of Map.groupBy(hooked, (one) => hookOf(context, one)!)) {
      const env = JSON.parse(text) as Record<string, string>;
      await node.renew({ env });
      const calls = await prepareAll(await context.api(), some, `hook ${text}`);
      await askAll(context, hookWay(env), calls);
    }
  } finally {
    await node.renew();
  }
}

function hookOf(context: ScenarioContext, one: Wanted): string | undefined {
  const env = context.target.hooks[`${one.cell.operation}.500`];
  return env && JSON.stringify(env);
}

interface Prepared {
  readonly one: Wanted;
  readonly call: CallOptions;
}

async function prepareAll(
  api: Api,
  wanted: readonly Wanted[],
  stage: string,
): Promise<readonly Prepared[]> {
  const prepared: Prepared[] = [];
  for (const one of wanted) {
    const name = `${stage}/${one.cell.operation}`;
    try {
      prepared.push({ one, call: await one.cell.prepare(api, name) });
    } catch (error) {
      // What can't be prepared has been told as a missing success; the other cells go on.
      if (!(error instanceof UndecidedError)) throw error;
      missing([one], stage, error.message);
    }
  }
  return prepared;
}

/**
 * All at once, each over a connection of its own. Some may try for longer than we wait: they are left then, for while the fault
 * is there nobody owes an answer.
 */
async function askAll(
  context: ScenarioContext,
  way: string,
  calls: readonly Prepared[],
): Promise<void> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const ask = async ({ one, call }: Prepared): Promise<void> => {
    const api = await context.api();
    const { operation } = one.cell;
    note(one, way, await api.call(operation, { ...call, signal, isFaulted: true }));
  };
  await Promise.all(calls.map(ask));
}

function note(one: Wanted, name: string, exchange: Exchange): void {
  one.ways.push({ name, run: async () => exchange });
  one.caused = exchange.response?.status === 500;
}

function missing(wanted: readonly Wanted[], capability: string, reason: string): void {
  const run = (): Promise<Exchange> => Promise.reject(new UnsupportedError(capability, reason));
  for (const one of wanted) one.ways.push({ name: capability, run });
}

function tellSpoiled(context: ScenarioContext, tenant: string | undefined, what: string): void {
  if (tenant === undefined) return;
  const { history } = context.rig;
  history.record({ stream: 'run', type: 'spoil', scenario: context.id, tenant, what });
}
