// Kills a node while each store request of an operation in turn is held at the tap: before it took effect, after it, and
// in the middle of its answer.

import {
  createStrikes,
  type FaultHandle,
  type Flow,
  openFlow,
  type RequestWatch,
  type ScenarioContext,
  sleep,
  watchRequests,
} from '#suite';
import type { ChangeName } from './changes.ts';
import { startAgain } from './restart.ts';
import { everyOf, judgeStruck, type Laid, layAll, type Struck, sendLaid } from './sweep.ts';

/** Requests of one tenant that are held in turn, and the points at which they are. */
const REQUESTS = 5;
const NIGHTLY_REQUESTS = 12;
const POINTS = ['received', 'committed', 'answered'] as const;

/** Whoever made no such request by then is killed where it is, milliseconds. */
const PATIENCE_MS = 800;

interface Held extends Laid {
  readonly fault: FaultHandle;
  readonly watch: RequestWatch;
}

/** Lays each of the operations with its first, second, … store request held, and kills node a when all are where they should be. */
export async function sweepStoreRequests(
  context: ScenarioContext,
  names: readonly ChangeName[],
): Promise<void> {
  const flow = await openFlow(context);
  const requests = context.nightly ? NIGHTLY_REQUESTS : REQUESTS;
  const cases = names.flatMap((name) =>
    POINTS.flatMap((point) =>
      Array.from({ length: requests }, (_, index) => ({ name, point, nth: index + 1 })),
    ),
  );
  const phases = cases.map(({ name }) => ({ name, beforeMs: 0 }));
  const laid = await layAll(context, flow, phases);
  const held = await everyOf(laid, async (one, index): Promise<Held> => {
    const { point, nth } = cases[index]!;
    const fault = await holdRequest(flow, one.tenant.id, point, nth);
    return { ...one, fault, watch: watchRequests(context, one.tenant.id, 'a', { nth }) };
  });
  const struck = await killWhenHeld(context, flow, held);
  for (const { watch } of held) watch.stop();
  await Promise.all(held.map(({ fault }) => fault.heal()));
  await startAgain(context, flow);
  await judgeStruck(context, flow, struck);
  // Each operation must have been met at each point, at one of its requests at least.
  const strikes = createStrikes(context);
  for (const [index, { fault, watch, change }] of held.entries()) {
    const kind = `${change.name}, a request ${cases[index]!.point}`;
    strikes.note({ kind, hit: fault.hits > 0, came: watch.came(), counted: true });
  }
  strikes.conclude('P6');
}

function holdRequest(
  flow: Flow,
  tenant: string,
  point: (typeof POINTS)[number],
  nth: number,
): Promise<FaultHandle> {
  return flow.fault({
    kind: 'store-hold',
    where: 'node-store',
    node: 'a',
    tenant,
    when: { nth },
    parameters: { point },
  });
}

async function killWhenHeld(
  context: ScenarioContext,
  flow: Flow,
  held: readonly Held[],
): Promise<Struck[]> {
  const late = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const calls: Promise<Struck>[] = [];
  await Promise.all(
    held.map(async (one) => {
      const send = (): void => {
        const call = sendLaid(context, flow, one);
        call.catch(() => {});
        calls.push(call);
      };
      // What ends the writing comes when a write is under way already; the others make their requests themselves.
      const isEnd = one.change.place === null;
      if (!isEnd) send();
      await one.fault.hit(late).catch(() => undefined);
      if (isEnd) send();
    }),
  );
  // The last ones sent are under way.
  await sleep(10, context.signal);
  await context.rig.node('a').kill();
  return Promise.all(calls);
}
