// Members of a request whose value breaks the schema are refused, one by one and each wrong type; a refused request sets
// and makes nothing.

import { type Api, bodyJson, type CallOptions, type ScenarioContext, scenario } from '#suite';
import { givenTree, mustBeUnchanged, overClients, snapshot, type World } from '../shared/world.ts';
import { bodyMembers, bodyText, forbidden, type Member } from './variants.ts';

/** What a request of each operation with a body has to have; the member under test is added or replaced. */
type RightBody = (name: string) => {
  readonly call: CallOptions;
  readonly members: Readonly<Record<string, string>>;
};

interface Case {
  readonly operation: string;
  readonly cause: string;
  readonly name: string;
  /** Ids are what the document's 400 names: accepting another type there is worse. */
  readonly weight: 'named' | 'schema';
  readonly call: CallOptions;
  readonly rawBody: string;
}

export default scenario({
  id: 'contract/requests/bodies',
  title: 'a member of a wrong type is refused wherever a request may have it, and sets nothing',
  decides: ['http.schema-violations', 'http.named-refusals', 'meaning.refusal-changes-nothing'],
  async run(context) {
    const api = await context.api();
    const world = await givenTree(context, api);
    const before = await snapshot(api, world);
    const accepted: string[] = [];
    await overClients(context, cases(context, world), async (client, one) => {
      const { operation, cause, name, weight, call, rawBody } = one;
      const answer = await client.call(operation, {
        ...call,
        rawBody,
        expect: {
          kind: 'refusal',
          statuses: [400],
          cause,
          name,
          weight,
          requirement: weight === 'named' ? 'http.named-refusals' : 'http.schema-violations',
        },
      });
      const status = answer.response?.status ?? 0;
      if (status < 400) accepted.push(name);
    });
    await refusesEvictions(context);
    // What was accepted has been told, and may well have set something.
    if (accepted.length > 0) return;
    await mustBeUnchanged(context, api, world, {
      before,
      requirement: 'meaning.refusal-changes-nothing',
      name: 'malformed bodies',
    });
  },
});

function cases(context: ScenarioContext, world: World): Case[] {
  const bodies: Readonly<Record<string, RightBody>> = {
    tenant_create: (name) => ({
      call: { tenant: context.tenant(name) },
      members: { new_tenant_id: JSON.stringify(context.tenant(name)) },
    }),
    tenant_config: () => ({
      call: { tenant: world.tenant },
      members: { tenant_id: JSON.stringify(world.tenant) },
    }),
    timeline_create: (name) => ({
      call: { tenant: world.tenant, timeline: context.timeline(name) },
      members: {
        ...jsonMembers(context.timelineBody()),
        new_timeline_id: JSON.stringify(context.timeline(name)),
      },
    }),
  };
  return Object.entries(bodies).flatMap(([operation, right]) => [
    ...typeCases(context, operation, right),
    ...formCases(operation, right),
  ]);
}

function typeCases(context: ScenarioContext, operation: string, right: RightBody): Case[] {
  const members = bodyMembers(context.catalogue, operation)
    // The document does not say what the second id of a create is for (contradiction create-has-two-ids).
    .filter(({ name }) => operation !== 'tenant_create' || name !== 'tenant_id');
  return members.flatMap((member) =>
    forbidden(member).map((variant) => {
      const cause = `${variant.cause} as ${member.name}`;
      const name = `${operation}: ${cause}`;
      const { call, members } = right(name);
      const rawBody = bodyText({ ...members, [member.name]: variant.json });
      // Null may be read as absent, and an id that is absent is no malformed id.
      const absent = variant.cause === 'null';
      const weight = member.isId && !absent ? ('named' as const) : ('schema' as const);
      return {
        operation,
        cause,
        name,
        weight,
        call: absent ? unnamed(call, member) : call,
        rawBody,
      };
    }),
  );
}

/** What is made without an id gets one of the server's: nothing may be expected under the id that was not sent. */
function unnamed(call: CallOptions, member: Member): CallOptions {
  const { tenant, timeline, ...rest } = call;
  if (member.name === 'new_tenant_id') return rest;
  return member.name === 'new_timeline_id' && tenant !== undefined ? { ...rest, tenant } : call;
}

/** Bodies whose members are right, but whose form is not. */
function formCases(operation: string, right: RightBody): Case[] {
  const forms: readonly (readonly [string, (text: string) => string])[] = [
    ['a member that is not documented', (text) => text.replace('{', '{"unheard_of":1,')],
    ['a member that is there twice', (text) => text.replace('{', `${text.slice(0, -1)},`)],
    ['a comma too many', (text) => text.replace('}', ',}')],
    ['single quotes', (text) => text.replaceAll('"', "'")],
    ['a comment', (text) => text.replace('{', '{/* why */')],
    ['the body in a list', (text) => `[${text}]`],
  ];
  return forms.map(([cause, change]) => {
    const name = `${operation}: ${cause}`;
    const { call, members } = right(name);
    return {
      operation,
      cause,
      name,
      weight: 'schema' as const,
      call,
      rawBody: change(bodyText(members)),
    };
  });
}

/** The document has no status for it, so that every refusal would be told as undocumented: only that it is one counts. */
async function refusesEvictions(context: ScenarioContext): Promise<void> {
  if (!context.catalogue.operation('eviction_run')) return;
  if (!(await context.mayEvict('eviction_run.200'))) return;
  const api: Api = await context.api({ judged: false });
  const wrong: readonly (readonly [string, string])[] = [
    ['no evict_bytes', '{}'],
    ...bodyMembers(context.catalogue, 'eviction_run').flatMap((member) =>
      forbidden(member).map(
        ({ cause, json }) =>
          [`${cause} as ${member.name}`, bodyText({ [member.name]: json })] as const,
      ),
    ),
  ];
  for (const [cause, rawBody] of wrong) {
    const answer = await api.call('eviction_run', { rawBody });
    const status = answer.response?.status ?? 0;
    context.weigh('accepts-more', `eviction_run: ${cause}`, status >= 400, {
      message: `eviction_run accepted ${cause}`,
      expected: 'an error',
      actual: bodyJson(answer) ?? status,
    });
  }
}

function jsonMembers(body: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, JSON.stringify(value)]),
  );
}
