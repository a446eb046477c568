// Every kind of answer read once from the bytes: its length, its head, nothing after it, its body as it is written; and the
// connection is good for the next request, whatever the answer was.

import { type RawExchange, type ScenarioContext, scenario } from '#suite';
import { givenTimeline } from '../shared/given.ts';
import { givenWorld } from '../shared/world.ts';
import { type Case, moves, reads, refusals } from './answers.ts';
import { mustBeWritten } from './written.ts';

/** The rules of framing, by the kind of problem that breaks them. */
const RULES = {
  length: 'framing.length',
  'two-lengths': 'framing.one-length',
  head: 'framing.head',
  extra: 'framing.one-answer',
  'body-forbidden': 'framing.no-body',
} as const;

export default scenario({
  id: 'contract/http/framing',
  title: 'every answer is as long as it says, alone on its connection, and leaves that usable',
  decides: [
    'framing.length',
    'framing.one-length',
    'framing.head',
    'framing.one-answer',
    'http.no-body',
    'json.error-message',
    'json.valid',
    'json.unique-names',
    'json.media-type',
    'json.integer-form',
    'ids.form',
    'ids.lsn-form',
  ],
  async run(context) {
    const api = await context.api();
    const world = await givenWorld(context, api);
    for (const name of ['third', 'fourth', 'fifth']) {
      await givenTimeline(context, api, world.tenant, name);
    }
    await eachOnce(context, refusals(context, world), 'end');
    await eachOnce(context, refusals(context, world), 'answer');
    // Reads first, then what moves the tenants, each in an order in which it is right.
    await eachOnce(context, reads(context, world), 'end');
    await eachOnce(context, reads(context, world), 'answer');
    const mayEvict = await context.mayEvict('eviction_run.200');
    for (const [index, one] of moves(context, world).entries()) {
      if (one.operation === 'eviction_run' && !mayEvict) continue;
      await eachOnce(context, [one], index % 2 === 0 ? 'end' : 'answer');
    }
  },
});

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
      mustBeWritten(context, operation, came, what);
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
