// A token opens what its scope is for: a tenant's token its own tenant, another service's nothing. What is refused is not done.

import { type Api, type CallOptions, type ScenarioContext, scenario } from '#suite';
import {
  givenWorld,
  mustBeUnchanged,
  OF_NODE,
  overClients,
  rightCall,
  SECURED,
  snapshot,
  type World,
} from '../shared/world.ts';
import { mustStillBeAway } from './away.ts';

/** In an order in which each call is right after those before it. */
const OWN = [
  'tenant_status',
  'timeline_list',
  'timeline_detail',
  'get_lsn_by_timestamp',
  'do_gc',
  'synthetic_size',
  'tenant_size',
  'tenant_get_config',
  'tenant_config',
  'timeline_create',
  'timeline_delete',
  'ignore',
  'load',
  'attach',
  'detach',
] as const;

export default scenario({
  id: 'contract/auth/scopes',
  title: 'a tenant token opens its own tenant only, a token of another service nothing',
  needs: ['auth'],
  decides: [
    'auth.scope',
    'auth.other-tenant',
    'auth.refusal-changes-nothing',
    ...OWN.map((operation) => `${operation}.${successOf(operation)}`),
  ],
  async run(context) {
    const api = await context.api();
    const world = await givenWorld(context, api);
    const before = await snapshot(api, world);
    await overClients(context, SECURED, (client, operation) =>
      refuses(context, client, operation, world),
    );
    await refusesOtherTenantInBody(context, api, world);
    await mustBeUnchanged(context, api, world, {
      before,
      requirement: 'auth.refusal-changes-nothing',
      name: 'tokens for something else',
    });
    await mustStillBeAway(context, api, {
      attach: world.away,
      load: world.ignored,
      create: context.tenant('refused'),
    });
    await opensOwnTenant(context, api, world);
  },
});

async function refuses(
  context: ScenarioContext,
  api: Api,
  operation: string,
  world: World,
): Promise<void> {
  if (!context.catalogue.operation(operation)) return;
  const tokens = context.tokens!;
  const right = rightCall(context, operation, world, 'refused');
  const ofNode = OF_NODE.includes(operation);
  for (const scope of ['safekeeperdata', 'safekeeper']) {
    await api.call(operation, {
      ...right,
      token: tokens.mint({ scope, tenant_id: world.tenant }),
      expect: {
        kind: 'refusal',
        // A server that does not know the scope at all may say that nobody is proved by it.
        statuses: [403, 401],
        cause: `a token of scope ${scope}`,
        requirement: 'auth.scope',
        name: `${operation}: scope ${scope}`,
      },
    });
  }
  for (const [cause, id] of [
    ["another tenant's token", context.tenant('stranger')],
    ["the token of a neighbour's id", neighbour(right.tenant ?? world.tenant)],
    // Of a tenant that is there as well, so that not only its existence is looked at.
    ["another own tenant's token", right.tenant === world.ignored ? world.away : world.ignored],
  ] as const) {
    await api.call(operation, {
      ...right,
      token: tokens.mint({ scope: 'tenant', tenant_id: id }),
      expect: {
        kind: 'refusal',
        statuses: [403],
        cause,
        requirement: ofNode ? 'auth.scope' : 'auth.other-tenant',
        name: `${operation}: ${cause}`,
      },
    });
  }
}

/** An id that differs in its last digit only. */
function neighbour(id: string): string {
  return id.slice(0, -1) + (id.endsWith('0') ? '1' : '0');
}

/** Path and body may name different tenants: both count. */
async function refusesOtherTenantInBody(
  context: ScenarioContext,
  api: Api,
  world: World,
): Promise<void> {
  const own = context.tokens!.mint({ scope: 'tenant', tenant_id: world.ignored });
  const bodies: readonly (readonly [string, string, CallOptions])[] = [
    ['its settings alone', 'tenant_config', { body: { tenant_id: world.tenant, gc_horizon: 1 } }],
    [
      'its id in capitals',
      'tenant_config',
      { body: { tenant_id: world.tenant.toUpperCase(), gc_horizon: 2 } },
    ],
    ['a create of it', 'tenant_create', { body: { new_tenant_id: context.tenant('foreign') } }],
  ];
  for (const [name, operation, call] of bodies) {
    await api.call(operation, {
      ...call,
      token: own,
      expect: {
        kind: 'refusal',
        statuses: [403],
        cause: 'a body that names another tenant than the token',
        requirement: 'auth.other-tenant',
        name: `another tenant in the body: ${name}`,
      },
    });
  }
}

/** Every operation of one tenant, with that tenant's own token. */
async function opensOwnTenant(context: ScenarioContext, api: Api, world: World): Promise<void> {
  for (const operation of OWN) {
    const known = context.catalogue.operation(operation);
    if (!known) continue;
    // After it was ignored the tenant of the world is the one to load.
    const right =
      operation === 'load'
        ? { tenant: world.tenant }
        : rightCall(context, operation, world, `own ${operation}`);
    const about = right.tenant ?? world.tenant;
    await api.call(operation, {
      ...right,
      token: context.tokens!.mint({ scope: 'tenant', tenant_id: about }),
      expect: { kind: 'success', status: successOf(operation), name: 'with its own token' },
    });
  }
}

function successOf(operation: string): number {
  if (operation === 'attach' || operation === 'load') return 202;
  return operation === 'timeline_create' ? 201 : 200;
}
