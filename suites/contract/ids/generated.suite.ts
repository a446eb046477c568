// Where a create names no id, one is made: well formed, new each time, and good for every other operation.

import { type Api, bodyJson, type ScenarioContext, scenario } from '#suite';
import { givenTenant } from '../shared/given.ts';
import { bodyObject, listedIds, mustShow } from '../shared/seen.ts';

const ID = /^[0-9a-f]{32}$/i;

/** So many of each kind: a digit that is lost now and then shows. */
const TIMELINES = 9;
const TENANTS = 3;

export default scenario({
  id: 'contract/ids/generated',
  title: 'a generated id is 32 hexadecimal digits, new each time, and names what was created',
  decides: ['ids.generated', 'timeline.create-generates-id', 'tenant.create-generates-id'],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    const timelines: unknown[] = [];
    for (let count = 1; count <= TIMELINES; count += 1) {
      const created = await api.call('timeline_create', { tenant, body: context.timelineBody() });
      timelines.push(bodyObject(created).timeline_id);
    }
    const list = await api.call('timeline_list', { tenant });
    mustShow(context, 'timeline.create-generates-id', 'every one is listed', {
      exchange: list,
      expected: timelines.map((id) => String(id).toLowerCase()).sort(),
      actual: listedIds(list, 'timeline_id'),
    });
    mustBeIds(context, 'timeline', timelines);
    mustBeIds(context, 'tenant', await generatedTenants(api));
  },
});

function mustBeIds(context: ScenarioContext, kind: string, ids: readonly unknown[]): void {
  for (const [index, id] of ids.entries()) {
    const isId = typeof id === 'string' && ID.test(id);
    context.check('ids.generated', `${kind} ${index + 1} has a well-formed id`, isId, {
      message: `a generated ${kind} id is not 32 hexadecimal digits`,
      actual: id,
    });
  }
  const different = new Set(ids.map((id) => String(id).toLowerCase())).size;
  context.check('ids.generated', `no ${kind} id comes twice`, different === ids.length, {
    message: `of ${ids.length} generated ${kind} ids only ${different} differ`,
  });
}

/**
 * Made, used and detached again. They are named by path alone: a history tells calls of a tenant apart by ids that were known
 * when they were sent.
 */
async function generatedTenants(api: Api): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (let count = 1; count <= TENANTS; count += 1) {
    const created = await api.call('tenant_create', { body: {} });
    const id = bodyJson(created);
    ids.push(id);
    if (typeof id !== 'string' || !ID.test(id)) continue;
    await api.call('tenant_get_config', {
      path: `/v1/tenant/${id}/config/`,
      expect: {
        kind: 'success',
        name: `tenant ${count} has a config`,
        requirement: 'tenant.create-generates-id',
      },
    });
    await api.call('detach', {
      path: `/v1/tenant/${id}/detach`,
      expect: {
        kind: 'success',
        name: `tenant ${count} can be detached`,
        requirement: 'tenant.create-generates-id',
      },
    });
  }
  return ids;
}
