// Reads that run at the same time answer what they would answer alone: about their own tenant, whole, and all alike.

import {
  type Api,
  bodyJson,
  type CallOptions,
  type Exchange,
  type ScenarioContext,
  scenario,
} from '#suite';
import { listedTenants, mustShow } from '../shared/seen.ts';
import { givenTree, rightCall, type World } from '../shared/world.ts';

const IN_FLIGHT = 32;
const EACH = 8;

/** Reads of what does not change by itself, once what does is left out. */
const READS = [
  'status',
  'tenant_status',
  'tenant_list',
  'tenant_get_config',
  'timeline_list',
  'timeline_detail',
] as const;

/** Members that stay while a tenant is active; whatever else a server shows may move. */
const STILL = [
  'id',
  'timeline_id',
  'tenant_id',
  'ancestor_timeline_id',
  'tenant_specific_overrides',
  'effective_config',
  'gc_horizon',
  'gc_period',
  'pitr_interval',
  'checkpoint_distance',
];

export default scenario({
  id: 'contract/meaning/reads-at-once',
  title: 'reads with 32 in flight answer alike, each about what it was asked for',
  decides: ['meaning.reads-stay-right', 'meaning.operations-agree'],
  async run(context) {
    const api = await context.api();
    const world = await givenTree(context, api);
    const alone = new Map<string, unknown>();
    for (const operation of READS) {
      alone.set(operation, settled(context, await api.call(operation, call(operation, world))));
    }
    const clients = await Promise.all(Array.from({ length: IN_FLIGHT }, () => context.api()));
    function call(operation: string, of: World): CallOptions {
      const right = rightCall(context, operation, of);
      // The ancestor of a branch is worth a look.
      return operation === 'timeline_detail' ? { ...right, timeline: of.branch } : right;
    }
    async function readOn(client: Api, start: number): Promise<void> {
      for (let count = 0; count < EACH; count += 1) {
        const operation = READS[(start + count) % READS.length]!;
        const shown = await client.call(operation, call(operation, world));
        mustShow(
          context,
          'meaning.reads-stay-right',
          `${operation} among ${IN_FLIGHT}`,
          { exchange: shown, expected: alone.get(operation), actual: settled(context, shown) },
          { message: `${operation} answered otherwise among other reads than alone` },
        );
      }
    }
    await Promise.all(clients.map((client, index) => readOn(client, index)));
    const [first, last] = [clients[0]!, clients.at(-1)!];
    for (const operation of READS) {
      const [left, right] = await Promise.all(
        [first, last].map((client) => client.call(operation, call(operation, world))),
      );
      mustShow(context, 'meaning.operations-agree', `two at once: ${operation}`, {
        exchange: left!,
        expected: settled(context, left!),
        actual: settled(context, right!),
      });
    }
  },
});

/** The body without what moves, lists in order of their text. */
function settled(context: ScenarioContext, exchange: Exchange): unknown {
  const body = bodyJson(exchange);
  if (exchange.operation !== 'tenant_list' || !Array.isArray(body)) return still(body);
  const comparable = new Set(listedTenants(context, exchange));
  return still(body.filter((one) => comparable.has(String(one?.id).toLowerCase())));
}

function still(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(still).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => STILL.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, still(member)]),
  );
}
