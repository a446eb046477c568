// What is refused because something is there already, is not there, or is in use, changes nothing at all.

import { type CallOptions, type ScenarioContext, scenario } from '#suite';
import { ALL_SETTINGS, CREATE_SETTINGS } from '../shared/settings.ts';
import { givenTree, mustBeUnchanged, snapshot, type World } from '../shared/world.ts';

/** A call that must be refused, and what fits. */
interface Refused {
  readonly name: string;
  readonly operation: string;
  readonly call: CallOptions;
  /** Documented for this case; none: any error. */
  readonly statuses?: readonly number[];
  /** What it asks for is so already: its success is as right as an error. */
  readonly mayPass?: true;
  /** The document does not say which of them: all are right, documented or not. */
  readonly isOpen?: true;
  readonly requirement: string;
}

/** Where the document has no status for a case. */
const ANY = [400, 404, 409, 412, 500];

export default scenario({
  id: 'contract/meaning/conflicts',
  title: 'a second create, a delete of a parent and calls about what is not there change nothing',
  decides: [
    'meaning.refusal-changes-nothing',
    'config.refusal-changes-nothing',
    'tenant.create-again',
    'timeline.create-again',
    'timeline.delete-children',
  ],
  async run(context) {
    const api = await context.api();
    const world = await givenTree(context, api);
    let before = await snapshot(api, world);
    for (const one of refused(context, world)) {
      const { name, operation, call, requirement } = one;
      await api.call(operation, {
        ...call,
        expect: {
          ...fitting(one),
          cause: name,
          name: `${operation}: ${name}`,
          requirement,
        },
      });
      before = await mustBeUnchanged(context, api, world, {
        before,
        requirement: requirementOfState(requirement),
        name: `${operation}: ${name}`,
      });
    }
  },
});

function fitting({ statuses, mayPass, isOpen }: Refused) {
  if (mayPass) return { kind: 'one-of' as const, statuses: [200, ...(statuses ?? ANY)] };
  if (statuses === undefined) return { kind: 'undocumented' as const };
  return { kind: isOpen ? ('one-of' as const) : ('refusal' as const), statuses };
}

/** A conflict of a create has a requirement of its own for what it must not set. */
function requirementOfState(requirement: string): string {
  return requirement === 'tenant.create-again'
    ? 'config.refusal-changes-nothing'
    : requirement === 'timeline.delete-children'
      ? requirement
      : 'meaning.refusal-changes-nothing';
}

function refused(context: ScenarioContext, world: World): Refused[] {
  const { tenant } = world;
  const unknown = context.tenant('unknown');
  const { gc_horizon, ...others } = CREATE_SETTINGS;
  return [
    ...(
      [
        ['the same again', { ...CREATE_SETTINGS }],
        ['with other settings', { gc_horizon: 7, gc_period: '7h' }],
        ['with one setting more', { ...CREATE_SETTINGS, gc_horizon: Number(gc_horizon) + 1 }],
        ['with one setting less', others],
        ['with no settings', {}],
      ] as const
    ).map(([name, settings]) => ({
      name,
      operation: 'tenant_create',
      call: { tenant, body: { new_tenant_id: tenant, ...settings } },
      statuses: [409],
      requirement: 'tenant.create-again',
    })),
    ...timelineConflicts(context, world),
    ...(
      [
        ['a config of a tenant that is not there', 'tenant_config', { tenant: unknown }],
        ['a timeline of a tenant that is not there', 'timeline_create', { tenant: unknown }],
        ['a load of a tenant that is not there', 'load', { tenant: unknown }],
        ['a load of a tenant that is in memory', 'load', { tenant }],
        ['garbage collection of nothing', 'do_gc', { tenant, timeline: context.timeline('no') }],
      ] as const
    ).map(([name, operation, call]) => ({
      name,
      operation,
      call: { ...call, ...bodyFor(context, operation, unknown) },
      requirement: 'meaning.refusal-changes-nothing',
    })),
    {
      name: 'an ignore of a tenant that is not there',
      operation: 'ignore',
      call: { tenant: unknown },
      mayPass: true,
      requirement: 'meaning.refusal-changes-nothing',
    },
    {
      name: 'an attach of a tenant that is attached',
      operation: 'attach',
      call: { tenant },
      statuses: [409],
      requirement: 'meaning.refusal-changes-nothing',
    },
    {
      name: 'a detach of a tenant that is not there',
      operation: 'detach',
      call: { tenant: unknown },
      statuses: [404],
      requirement: 'meaning.refusal-changes-nothing',
    },
  ];
}

function timelineConflicts(context: ScenarioContext, world: World): Refused[] {
  const { tenant, timeline, branch } = world;
  const again = (name: string, of: string, body: Readonly<Record<string, unknown>>): Refused => ({
    name,
    operation: 'timeline_create',
    call: {
      tenant,
      timeline: of,
      body: context.timelineBody({ new_timeline_id: of, ...body }),
    },
    statuses: [409],
    requirement: 'timeline.create-again',
  });
  return [
    again('a root again', timeline, {}),
    again('a branch again', branch, { ancestor_timeline_id: timeline }),
    again('a branch again, as a root', branch, {}),
    {
      name: 'a timeline that has a branch',
      operation: 'timeline_delete',
      call: { tenant, timeline },
      statuses: context.statuses('delete-with-children'),
      isOpen: true,
      requirement: 'timeline.delete-children',
    },
    {
      name: 'a timeline that is not there',
      operation: 'timeline_delete',
      call: { tenant, timeline: context.timeline('no') },
      statuses: [404],
      requirement: 'meaning.refusal-changes-nothing',
    },
  ];
}

/** The body that makes such a call right but for the tenant. */
function bodyFor(
  context: ScenarioContext,
  operation: string,
  tenant: string,
): { readonly body?: Readonly<Record<string, unknown>> } {
  if (operation === 'tenant_config') return { body: { tenant_id: tenant, ...ALL_SETTINGS } };
  if (operation !== 'timeline_create') return {};
  return { body: context.timelineBody({ new_timeline_id: context.timeline('no') }) };
}
