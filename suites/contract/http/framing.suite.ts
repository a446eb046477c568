// Every kind of answer read once from the bytes: its length, its head, nothing after it; and the connection is good for the
// next request, whatever the answer was.

import { type CallOptions, type RawExchange, type ScenarioContext, scenario } from '#suite';
import { givenWorld, rightCall, SECURED, type World } from '../shared/world.ts';

/** The rules of framing, by the kind of problem that breaks them. */
const RULES = {
  length: 'framing.length',
  'two-lengths': 'framing.one-length',
  head: 'framing.head',
  extra: 'framing.one-answer',
  'body-forbidden': 'framing.no-body',
} as const;

/** One answer to look at. */
interface Case {
  readonly operation: string;
  readonly name: string;
  readonly call: CallOptions;
}

export default scenario({
  id: 'contract/http/framing',
  title: 'every answer is as long as it says, alone on its connection, and leaves that usable',
  decides: ['framing.length', 'framing.one-length', 'framing.head', 'framing.one-answer'],
  async run(context) {
    const api = await context.api();
    const world = await givenWorld(context, api);
    await eachOnce(context, refusals(context, world), 'end');
    await eachOnce(context, refusals(context, world), 'answer');
    // Reads first, then what moves the tenants, each in an order in which it is right.
    await eachOnce(context, reads(context, world), 'end');
    await eachOnce(context, reads(context, world), 'answer');
    for (const [index, one] of moves(context, world).entries()) {
      await eachOnce(context, [one], index % 2 === 0 ? 'end' : 'answer');
    }
  },
});

function reads(context: ScenarioContext, world: World): Case[] {
  return context.catalogue.operations
    .filter(({ method, name }) => method === 'GET' && rightFor(name))
    .map(({ name }) => ({
      operation: name,
      name: 'success',
      call: rightCall(context, name, world),
    }));
}

/** Operations that `rightCall` knows; others, of another document, are left to its own suites. */
function rightFor(name: string): boolean {
  return name === 'status' || name === 'eviction_run' || SECURED.some((known) => known === name);
}

function moves(context: ScenarioContext, world: World): Case[] {
  const order = [
    'eviction_run',
    'do_gc',
    'tenant_create',
    'tenant_config',
    'timeline_create',
    'timeline_delete',
    'attach',
    'load',
    'ignore',
    'detach',
  ];
  return order
    .filter((operation) => context.catalogue.operation(operation))
    .map((operation) => {
      const right = rightCall(context, operation, world, 'framed');
      // Ignored a moment ago, so that it is something to be detached.
      const call = operation === 'detach' ? { ...right, query: { detach_ignored: 'true' } } : right;
      return { operation, name: 'success', call };
    });
}

/** One of each status that a request alone can cause. */
function refusals(context: ScenarioContext, world: World): Case[] {
  const { tenant, timeline } = world;
  const unknown = context.tenant('unknown');
  const again = context.timelineBody({ new_timeline_id: timeline });
  return [
    ...SECURED.map((operation) => ({
      operation,
      name: 'without a token',
      call: { ...rightCall(context, operation, world, 'refused'), token: null },
    })),
    ...['tenant_status', 'timeline_list', 'attach', 'detach', 'ignore', 'load'].map(
      (operation) => ({
        operation,
        name: 'with half an id',
        call: { tenant: tenant.slice(16) },
      }),
    ),
    ...(
      [
        ['attach', 'attached already', { tenant }],
        ['attach', 'of an unknown tenant', { tenant: unknown }],
        ['detach', 'of an unknown tenant', { tenant: unknown }],
        ['tenant_get_config', 'of an unknown tenant', { tenant: unknown }],
        ['tenant_create', 'created already', { tenant, body: { new_tenant_id: tenant } }],
        ['tenant_create', 'no JSON', { rawBody: '{' }],
        ['tenant_config', 'no JSON', { rawBody: '{' }],
        ['timeline_create', 'created already', { tenant, timeline, body: again }],
        ['timeline_create', 'no JSON', { tenant, rawBody: '{' }],
        [
          'timeline_delete',
          'of an unknown timeline',
          { tenant, timeline: context.timeline('unknown') },
        ],
        ['timeline_delete', 'of a parent', { tenant, timeline }],
        ['get_lsn_by_timestamp', 'without a timestamp', { tenant, timeline }],
        ['tenant_status', 'of an unknown tenant', { tenant: unknown }],
      ] as const
    ).map(([operation, name, call]) => ({ operation, name, call })),
  ];
}

async function eachOnce(
  context: ScenarioContext,
  cases: readonly Case[],
  until: 'end' | 'answer',
): Promise<void> {
  const queue = [...cases];
  const worker = async (): Promise<void> => {
    const raw = await context.raw();
    for (let one = queue.shift(); one; one = queue.shift()) {
      const { operation, name, call } = one;
      const what = `${operation}, ${name}${until === 'end' ? '' : ', kept alive'}`;
      const came = await raw.call(operation, { ...call, until });
      mustBeFramed(context, came, what);
      if (until === 'end') continue;
      const next = await raw.call('status', { until });
      mustGoOn(context, next, what);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, cases.length) }, worker));
}

function mustBeFramed(context: ScenarioContext, came: RawExchange, what: string): void {
  const { problems, status } = came.answer;
  const isBodiless = status === 204 || status === 304;
  for (const [kind, requirement] of Object.entries(RULES)) {
    if (kind === 'body-forbidden' && !isBodiless) continue;
    const problem = problems.find((one) => one.kind === kind);
    context.check(requirement, what, problem === undefined, {
      message: `the answer to ${what} is framed wrongly: ${problem?.message}`,
      actual: came.bytes.toString('latin1'),
      request: came.request,
    });
  }
}

/** A server may close whenever it likes, but what it answers is the answer to this request. */
function mustGoOn(context: ScenarioContext, next: RawExchange, what: string): void {
  const isClosed = next.bytes.length === 0 && next.ended !== 'open';
  context.check(
    'framing.one-answer',
    `the next request after ${what}`,
    isClosed || next.answer.status === 200,
    {
      message: `after ${what} the connection answered the next request wrongly`,
      expected: 'status 200, or a closed connection',
      actual: next.bytes.length === 0 ? 'nothing' : next.bytes.toString('latin1'),
      request: next.request,
    },
  );
}
