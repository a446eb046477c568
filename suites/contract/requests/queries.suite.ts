// Query parameters: missing, doubled, malformed, and in every valid form.

import { type Api, type CallOptions, type ScenarioContext, scenario } from '#suite';
import { givenTenant } from '../shared/given.ts';
import { bodyObject, mustShow } from '../shared/seen.ts';
import { givenTree, mustBeUnchanged, snapshot, type World } from '../shared/world.ts';

/** What is no boolean, as a query. */
const NO_BOOLEAN: readonly (readonly [string, string])[] = [
  ['a word', 'yes'],
  ['a number', '1'],
  ['nothing', ''],
  ['TRUE in capitals', 'TRUE'],
  ['null', 'null'],
  ['a quoted true', '%22true%22'],
];

/** What is no integer. */
const NO_INTEGER: readonly (readonly [string, string])[] = [
  ['a word', 'long'],
  ['nothing', ''],
  ['a fraction', '1.5'],
  ['a hexadecimal number', '0x10'],
  ['a number with a unit', '7d'],
  ['a blank', '%20'],
];

/** Timestamps that no requirement of the document leaves to the server; the usual ones stand beside the operation's obligations. */
const TIMESTAMPS: readonly (readonly [string, string])[] = [
  ['an encoded offset', 'timestamp=2023-05-05T12:34:56%2B00:00'],
  ['an offset of minus zero', 'timestamp=2023-05-05T12:34:56-00:00'],
  ['the largest offset', 'timestamp=2023-05-05T12:34:56%2B23:59'],
  ['one digit of fraction', 'timestamp=2023-05-05T12:34:56.7Z'],
  ['fraction and offset', 'timestamp=2023-05-05T12:34:56.789%2B05:30'],
  ['everything encoded', 'timestamp=%32%30%32%33-05-05T12%3A34%3A56%5A'],
  ['the first second of a year', 'timestamp=2023-01-01T00:00:00Z'],
  ['its last second', 'timestamp=2023-12-31T23:59:59Z'],
];

/** What a documented valid form is to get. */
const VALID_FORM = {
  kind: 'success',
  rule: 'refuses-valid',
  requirement: 'http.valid-forms',
} as const;

export default scenario({
  id: 'contract/requests/queries',
  title: 'each query parameter is read in its valid forms, and refused in others',
  decides: [
    'http.valid-forms',
    'http.schema-violations',
    'timeline.timestamp-valid',
    'timeline.lsn-by-timestamp',
    'tenant.size-inputs-only',
    'meaning.refusal-changes-nothing',
  ],
  async run(context) {
    const api = await context.api();
    const world = await givenTree(context, api);
    const before = await snapshot(api, world);
    await timestamps(api, world);
    await sizes(context, api, world);
    await detachFlags(context, api);
    await mustBeUnchanged(context, api, world, {
      before,
      requirement: 'meaning.refusal-changes-nothing',
      name: 'malformed queries',
    });
    await detachesWithFlag(context, api);
  },
});

async function timestamps(api: Api, world: World): Promise<void> {
  const { tenant, timeline } = world;
  const ask = (query: string, expect?: CallOptions['expect']) =>
    api.call('get_lsn_by_timestamp', { tenant, timeline, query, ...(expect ? { expect } : {}) });
  for (const [name, query] of TIMESTAMPS) {
    await ask(query, { ...VALID_FORM, name });
  }
  for (const [cause, query] of [
    ['no timestamp', ''],
    ['a timestamp without a value', 'timestamp'],
    ['the name in capitals', 'TIMESTAMP=2023-05-05T12:34:56Z'],
    ['another parameter in its place', 'time=2023-05-05T12:34:56Z'],
    ['a timestamp with words after it', 'timestamp=2023-05-05T12:34:56Z%20or%20so'],
    ['a timestamp in quotes', 'timestamp=%222023-05-05T12:34:56Z%22'],
  ] as const) {
    await ask(query, {
      kind: 'refusal',
      statuses: [400],
      cause,
      name: cause,
      requirement: 'timeline.timestamp-valid',
      weight: 'named',
    });
  }
  await ask('timestamp=2023-05-05T12:34:56Z&timestamp=2023-05-06T12:34:56Z', {
    kind: 'refusal',
    statuses: [400],
    cause: 'two timestamps',
    name: 'two timestamps',
    requirement: 'http.schema-violations',
    weight: 'schema',
  });
  // Forms on which RFC 3339 and those who read it differ, and a plus that forms read as a blank: either is right.
  for (const [name, query] of [
    ['small letters t and z', 'timestamp=2023-05-05t12:34:56z'],
    ['a leap second', 'timestamp=2016-12-31T23:59:60Z'],
    ['a plus that is not encoded', 'timestamp=2023-05-05T12:34:56+02:00'],
    ['a blank for the T', 'timestamp=2023-05-05%2012:34:56Z'],
    ['a parameter that is not documented', 'timestamp=2023-05-05T12:34:56Z&colour=red'],
  ] as const) {
    await ask(query, {
      kind: 'one-of',
      statuses: [200, 400],
      cause: name,
      name,
      requirement: 'timeline.lsn-by-timestamp',
    });
  }
}

async function sizes(context: ScenarioContext, api: Api, { tenant }: World): Promise<void> {
  const wrong = [
    ...NO_BOOLEAN.map(([cause, value]) => [`${cause} as inputs_only`, `inputs_only=${value}`]),
    ...NO_INTEGER.map(([cause, value]) => [
      `${cause} as retention_period`,
      `retention_period=${value}`,
    ]),
    ['inputs_only twice', 'inputs_only=true&inputs_only=false'],
    ['retention_period twice', 'retention_period=1&retention_period=2'],
  ] as [string, string][];
  for (const [cause, query] of wrong) {
    await api.call('tenant_size', {
      tenant,
      query,
      // The document has no 400 here: 500, or any 4xx that fits.
      expect: {
        kind: 'refusal',
        statuses: [500],
        cause,
        name: `tenant_size: ${cause}`,
        requirement: 'http.schema-violations',
        weight: 'schema',
      },
    });
  }
  for (const [name, query, isNull] of [
    ['parameters in the other order', 'retention_period=8192&inputs_only=true', true],
    ['an encoded name', '%69nputs_only=true', true],
    ['an encoded value', 'inputs_only=%74rue', true],
    ['false beside a period', 'inputs_only=false&retention_period=8192', false],
    ['an ampersand at the end', 'inputs_only=true&', true],
  ] as const) {
    const shown = await api.call('tenant_size', {
      tenant,
      query,
      expect: { ...VALID_FORM, name: `tenant_size: ${name}` },
    });
    mustShow(context, 'tenant.size-inputs-only', name, {
      exchange: shown,
      expected: isNull,
      actual: bodyObject(shown).size === null,
    });
  }
}

/** A detach that is not refused is done: each wrong flag gets a tenant that may be lost. */
async function detachFlags(context: ScenarioContext, api: Api): Promise<void> {
  const wrong = [
    ...NO_BOOLEAN.map(([cause, value]) => [cause, `detach_ignored=${value}`]),
    ['the flag twice', 'detach_ignored=true&detach_ignored=false'],
  ] as [string, string][];
  const tenants: string[] = [];
  for (const [cause, query] of wrong) {
    const tenant = await givenTenant(context, api, cause);
    tenants.push(tenant);
    const answer = await api.call('detach', {
      tenant,
      query,
      expect: {
        kind: 'refusal',
        statuses: [400],
        cause: `${cause} as detach_ignored`,
        name: `detach: ${cause}`,
        requirement: 'http.schema-violations',
        weight: 'schema',
      },
    });
    const isRefused = (answer.response?.status ?? 0) >= 400;
    const shown = await api.call('tenant_status', { tenant });
    const isThere = shown.response?.status === 200;
    context.check(
      'meaning.refusal-changes-nothing',
      `detach with ${cause}`,
      !isRefused || isThere,
      { message: 'a detach that was refused was done all the same', tenant },
    );
  }
  for (const tenant of tenants) await api.call('detach', { tenant });
}

async function detachesWithFlag(context: ScenarioContext, api: Api): Promise<void> {
  for (const value of ['true', 'false']) {
    const tenant = await givenTenant(context, api, `flag ${value}`);
    await api.call('detach', {
      tenant,
      query: { detach_ignored: value },
      expect: {
        ...VALID_FORM,
        name: `detach_ignored=${value} of a tenant that is not ignored`,
      },
    });
  }
}
