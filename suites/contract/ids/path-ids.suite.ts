// Ids in paths: 32 hexadecimal digits and nothing else, in every place of every operation that takes one.

import { type Api, type CallOptions, type ScenarioContext, scenario } from '#suite';
import {
  givenWorld,
  mustBeUnchanged,
  overClients,
  rightCall,
  snapshot,
  type World,
} from '../shared/world.ts';

type Spoil = readonly [cause: string, spoil: (id: string) => string];

/** Plain text in place of an id. */
const WRONG: readonly Spoil[] = [
  ['30 digits', (id) => id.slice(2)],
  ['31 digits', (id) => id.slice(1)],
  ['33 digits', (id) => `${id}0`],
  ['64 digits', (id) => id + id],
  ['a g among the digits', (id) => `${id.slice(0, 16)}g${id.slice(17)}`],
  ['a g at the end', (id) => `${id.slice(0, 31)}g`],
  ['the letter O for a zero', (id) => `O${id.slice(1)}`],
  ['0x before it', (id) => `0x${id}`],
  ['0x in it', (id) => `0x${id.slice(2)}`],
  ['a minus before it', (id) => `-${id.slice(1)}`],
  ['the form of a UUID', (id) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')],
  ['a word', () => 'tenant'],
  ['null', () => 'null'],
  ['a star', () => '*'],
  ['the sum of two ids', (id) => `${id}+${id}`],
];

/** Percent-encoded bytes: whoever decodes them finds no id, whoever does not finds none either. */
const ENCODED: readonly Spoil[] = [
  ['an encoded blank before it', (id) => `%20${id}`],
  ['an encoded blank after it', (id) => `${id}%20`],
  ['an encoded line end after it', (id) => `${id}%0A`],
  ['an encoded NUL in it', (id) => `${id.slice(0, 8)}%00${id.slice(9)}`],
  ['encoded full-width digits', (id) => `%EF%BC%91${id.slice(1)}`],
  ['encoded Arabic digits', (id) => `%D9%A1${id.slice(1)}`],
  ['encoded braces', (id) => `%7B${id}%7D`],
  ['an encoded slash in it', (id) => `${id.slice(0, 16)}%2F${id.slice(16)}`],
  ['an encoded way up', () => '%2e%2e'],
  ['bytes that are no UTF-8', (id) => `%FF${id.slice(1)}`],
];

export default scenario({
  id: 'contract/ids/path-ids',
  title: 'what is not 32 hexadecimal digits names no tenant and no timeline, in any path',
  decides: ['ids.malformed', 'meaning.refusal-changes-nothing'],
  async run(context) {
    const api = await context.api();
    const world = await givenWorld(context, api);
    const before = await snapshot(api, world);
    const places = context.catalogue.operations.flatMap((operation) =>
      (['tenant', 'timeline'] as const)
        .filter((place) => operation.path.includes(`{${place}_id}`))
        .map((place) => ({
          place,
          name: operation.name,
          has400: operation.answers.some((answer) => answer.status === '400'),
          call: rightCall(context, operation.name, world),
        })),
    );
    await overClients(context, places, async (client, given) => {
      // An operation of another document than the bundled one may need what we do not know.
      if (given.call[given.place] === undefined) return;
      for (const wrong of WRONG) await refusesPlain(client, given, wrong);
      for (const wrong of ENCODED) await refusesEncoded(context, client, given, wrong);
    });
    await mustBeUnchanged(context, api, world, {
      before,
      requirement: 'meaning.refusal-changes-nothing',
      name: 'malformed ids in paths',
    });
    await leavesOthersAlone(context, api, world);
  },
});

interface Place {
  readonly place: 'tenant' | 'timeline';
  readonly name: string;
  readonly has400: boolean;
  readonly call: CallOptions;
}

async function refusesPlain(
  api: Api,
  { place, name, has400, call }: Place,
  [cause, spoil]: Spoil,
): Promise<void> {
  const check = {
    cause: `${cause} as ${place} id`,
    name: `${name}: ${cause} as ${place} id`,
    requirement: 'ids.malformed',
  };
  await api.call(name, {
    ...call,
    [place]: spoil(call[place]!),
    expect: has400
      ? { kind: 'refusal', statuses: [400], ...check }
      : { kind: 'undocumented', ...check },
  });
}

/** Where such a path leads is not for the document to say: any error, in any form. */
async function refusesEncoded(
  context: ScenarioContext,
  api: Api,
  { place, name, call }: Place,
  [cause, spoil]: Spoil,
): Promise<void> {
  const { path, method } = context.catalogue.operation(name)!;
  const ids = { tenant: call.tenant ?? '', timeline: call.timeline ?? '' };
  ids[place] = spoil(ids[place]);
  const { tenant: _tenant, timeline: _timeline, ...rest } = call;
  const answer = await api.call('other', {
    ...rest,
    method,
    path: path.replace('{tenant_id}', ids.tenant).replace('{timeline_id}', ids.timeline),
  });
  const status = answer.response?.status ?? 0;
  context.check('ids.malformed', `${name}: ${cause} (${place})`, status >= 400, {
    message: `${name} was not refused with ${cause} as ${place} id`,
    expected: 'an error',
    actual: status,
    request: { method, url: answer.request.url, headers: {} },
  });
}

/** What was to be attached, loaded or detached by half an id has not moved. */
async function leavesOthersAlone(context: ScenarioContext, api: Api, world: World): Promise<void> {
  for (const [name, tenant] of [
    ['what is away stays away', world.away],
    ['what is ignored stays ignored', world.ignored],
  ] as const) {
    const shown = await api.call('tenant_status', { tenant });
    context.check('meaning.refusal-changes-nothing', name, shown.response?.status !== 200, {
      message: 'a request with a malformed id brought a tenant in',
      actual: shown.response?.status,
      tenant,
    });
  }
}
