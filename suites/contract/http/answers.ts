// One request for each kind of answer: what succeeds, and what is refused.

import type { CallOptions, ScenarioContext } from '#suite';
import { rightCall, SECURED, type World } from '../shared/world.ts';

/** One answer to look at. */
export interface Case {
  readonly operation: string;
  readonly name: string;
  readonly call: CallOptions;
}

/** Each read, right. */
export function reads(context: ScenarioContext, world: World): Case[] {
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

/** Each operation that changes something, right after those before it. */
export function moves(context: ScenarioContext, world: World): Case[] {
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

/** One of each refusal that a request alone can cause. */
export function refusals(context: ScenarioContext, world: World): Case[] {
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
