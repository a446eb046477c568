// Wrong methods, unknown paths, HEAD and OPTIONS: what they get is not for the document to say, but they get an answer, and
// they do nothing.

import { type Api, type Exchange, type ScenarioContext, scenario } from '#suite';
import {
  givenTree,
  mustBeUnchanged,
  overClients,
  rightCall,
  snapshot,
  type World,
} from '../shared/world.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'PURGE'] as const;

/** Paths that the document does not have. Some are documented ones with a slash more or less: a server may take them for those. */
const UNKNOWN: readonly (readonly [name: string, path: (world: World) => string, odd?: 'slash'])[] =
  [
    ['the root', () => '/'],
    ['the version alone', () => '/v1'],
    ['another version', () => '/v2/tenant/'],
    ['an unknown word', () => '/v1/nothing'],
    ['a documented word in capitals', () => '/V1/TENANT/'],
    ['an unknown word below a tenant', ({ tenant }) => `/v1/tenant/${tenant}/nothing`],
    [
      'an unknown word below a timeline',
      ({ tenant, timeline }) => `/v1/tenant/${tenant}/timeline/${timeline}/nothing`,
    ],
    ['a path of 3 kB', () => `/v1/${'long/'.repeat(600)}`],
    ['a path of escapes', () => '/v1/%74%65%6E%61%6E%74%00/'],
    ['a question mark alone', () => '/?'],
    ['two slashes', () => '/v1//tenant//', 'slash'],
    ['the status with a slash', () => '/v1/status/', 'slash'],
    ['tenants without a slash', () => '/v1/tenant', 'slash'],
    ['a tenant with a slash', ({ tenant }) => `/v1/tenant/${tenant}/`, 'slash'],
    ['timelines with a slash', ({ tenant }) => `/v1/tenant/${tenant}/timeline/`, 'slash'],
    ['a config without a slash', ({ tenant }) => `/v1/tenant/${tenant}/config`, 'slash'],
    ['a size with a slash', ({ tenant }) => `/v1/tenant/${tenant}/size/`, 'slash'],
    [
      'a timeline with a slash',
      ({ tenant, timeline }) => `/v1/tenant/${tenant}/timeline/${timeline}/`,
      'slash',
    ],
  ];

export default scenario({
  id: 'contract/http/methods',
  title:
    'unknown paths and wrong methods are answered and do nothing; HEAD is a GET without its body',
  decides: [
    'http.always-answers',
    'http.unknown-route',
    'http.documented-success',
    'framing.no-body',
    'meaning.refusal-changes-nothing',
  ],
  async run(context) {
    const api = await context.api();
    const world = await givenTree(context, api);
    const before = await snapshot(api, world);
    await overClients(context, paths(context, world), async (client, given) => {
      for (const method of METHODS) {
        if (!given.methods.includes(method)) await refusesMethod(context, client, given, method);
      }
      await answersOptions(context, client, given);
    });
    await answersHead(context, world);
    await overClients(context, UNKNOWN, (client, [name, path, odd]) =>
      refusesPath(context, client, { name, path: path(world), isOdd: odd === 'slash' }),
    );
    await mustBeUnchanged(context, api, world, {
      before,
      requirement: 'meaning.refusal-changes-nothing',
      name: 'wrong methods and paths',
    });
  },
});

interface DocumentedPath {
  /** As the document writes it. */
  readonly template: string;
  readonly path: string;
  /** Documented for this path, with or without a slash at its end. */
  readonly methods: readonly string[];
}

function paths(context: ScenarioContext, { tenant, timeline }: World): DocumentedPath[] {
  const bare = (path: string): string => path.replace(/\/$/, '');
  const { operations } = context.catalogue;
  return [...new Set(operations.map((operation) => operation.path))].map((template) => ({
    template,
    path: template.replace('{tenant_id}', tenant).replace('{timeline_id}', timeline),
    // `/v1/tenant/config` is also a tenant's path by its form.
    methods: operations
      .filter(
        ({ path }) =>
          bare(path) === bare(template) ||
          (template === '/v1/tenant/config' && path === '/v1/tenant/{tenant_id}'),
      )
      .map(({ method }) => method),
  }));
}

async function refusesMethod(
  context: ScenarioContext,
  api: Api,
  { template, path }: DocumentedPath,
  method: string,
): Promise<void> {
  const answer = await api.call('other', { method, path });
  const name = `${method} ${template}`;
  if (!mustAnswer(context, answer, name)) return;
  const { status } = answer.response!;
  const isRefused = context.covers('unknown-route', status);
  context.weigh('wrong-method-accepted', `${name} is an error`, isRefused, {
    message: `${name}, which the document does not have, succeeded`,
    expected: 'an error',
    actual: status,
  });
}

/** A server that knows OPTIONS or TRACE may answer it well (RFC 9110 sections 9.3.7 and 9.3.8). */
async function answersOptions(
  context: ScenarioContext,
  api: Api,
  { template, path }: DocumentedPath,
): Promise<void> {
  for (const headers of [
    {},
    { origin: 'http://localhost', 'access-control-request-method': 'GET' },
  ]) {
    const answer = await api.call('other', { method: 'OPTIONS', path, headers });
    const kind = 'origin' in headers ? ' of a browser' : '';
    mustAnswer(context, answer, `OPTIONS${kind} ${template}`);
  }
  mustAnswer(context, await api.call('other', { method: 'TRACE', path }), `TRACE ${template}`);
}

/** HEAD of everything that has a GET: answered, and without a body, which only the bytes show. */
async function answersHead(context: ScenarioContext, world: World): Promise<void> {
  const reads = context.catalogue.operations.filter(({ method }) => method === 'GET');
  await Promise.all(
    reads.map(async ({ name }) => {
      const raw = await context.raw();
      const came = await raw.call(name, { ...rightCall(context, name, world), method: 'HEAD' });
      const isAnswered = context.check(
        'http.always-answers',
        `HEAD of ${name}`,
        came.answer.status !== undefined,
        { message: `HEAD of ${name} got no answer`, actual: came.ended, request: came.request },
      );
      if (!isAnswered) return;
      const body = came.answer.problems.find(({ kind }) => kind === 'body-forbidden');
      context.check('framing.no-body', `HEAD of ${name}`, body === undefined, {
        message: `the answer to HEAD of ${name} has a body`,
        ...(body ? { actual: body.message } : {}),
        request: came.request,
      });
    }),
  );
}

async function refusesPath(
  context: ScenarioContext,
  api: Api,
  given: { readonly name: string; readonly path: string; readonly isOdd: boolean },
): Promise<void> {
  for (const token of [undefined, null]) {
    const answer = await api.call('other', {
      path: given.path,
      ...(token === null ? { token } : {}),
    });
    const name = `${given.name}${token === null ? ', without a token' : ''}`;
    if (!mustAnswer(context, answer, name) || given.isOdd) continue;
    const { status } = answer.response!;
    context.weigh('unknown-path-accepted', name, status >= 300, {
      message: `a path that the document does not have was answered ${status}`,
    });
  }
}

function mustAnswer(context: ScenarioContext, exchange: Exchange, name: string): boolean {
  return context.check('http.always-answers', name, exchange.response !== undefined, {
    message: `${name} got no HTTP answer`,
    actual: exchange.failure?.error ?? 'none',
  });
}
