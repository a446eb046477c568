// An ignored tenant is out of memory and writes no more, its files stay, and a load brings back all it had: timelines and config
// overrides, by value, round after round.

import { readdir } from 'node:fs/promises';
import {
  type Api,
  bodyJson,
  curlRequest,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  scenario,
} from '#suite';
import { mustShowSettings, SETTINGS } from '../shared/settings.ts';
import { detached, ignored, loaded } from '../shared/steps.ts';
import { added, mustListExactly } from '../shared/timelines.ts';

const ROUNDS = 3;

export default scenario({
  id: 'flows/ignore/and-load',
  title: 'ignored, loaded, and again: files, timelines and overrides stay, writes stop at each 200',
  decides: [
    'ignore.removes-memory',
    'ignore.keeps-files',
    'ignore.stops-every-writer',
    'load.schedules',
    'load.status-tells',
    'config.survives-restart',
    'tenant.list',
    'P2',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
  ],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('ignored', { branches: 2, config: SETTINGS });
    const [root, branch, other] = tenant.timelines as readonly [string, string, string];
    const twig = { id: context.timeline('twig'), ancestor: branch };
    await added(context, tenant, 'a', twig);
    const all = [{ id: root }, { id: branch, ancestor: root }, { id: other, ancestor: root }, twig];
    const api = await context.api({ node: 'a' });
    await mustShowSettings(context, api, tenant, 'created');
    for (let round = 1; round <= ROUNDS; round += 1) {
      const files = await filesOf(context, tenant);
      await ignored(context, tenant, 'a');
      await tenant.settle();
      const kept = await filesOf(context, tenant);
      context.check('ignore.keeps-files', 'files stay', files === 0 || kept > 0, {
        message: `an ignore removed the files of tenant ${tenant.id}`,
        expected: `as before: ${files}`,
        actual: kept,
        tenant: tenant.id,
        node: 'a',
      });
      await accepts(context, api, tenant, round);
      const check = { requirement: 'ignore.keeps-files', name: `load ${round}` };
      await mustListExactly(context, tenant, 'a', all, check);
      await mustShowSettings(context, api, tenant, `load ${round}`);
      await mustBeListed(context, api, tenant);
    }
    context.check('ignore.stops-every-writer', 'each ignore came to its 200', true);
    await tenant.settle();
    await detached(context, tenant, 'a');
  },
});

/** A tenant that was loaded is in the list like any other. */
async function mustBeListed(context: ScenarioContext, api: Api, tenant: FlowTenant): Promise<void> {
  const listed = await api.call('tenant_list');
  const body = bodyJson(listed);
  const rows = Array.isArray(body) ? (body as { id?: unknown }[]) : [];
  context.check(
    'tenant.list',
    'a loaded tenant is listed',
    rows.some(({ id }) => String(id).toLowerCase() === tenant.id),
    {
      message: `tenant ${tenant.id} was loaded, and the list of tenants does not name it`,
      request: curlRequest(listed),
      tenant: tenant.id,
      node: 'a',
    },
  );
}

/** 202, and from then on the tenant is there: a load that says so and does nothing is told at once. */
async function accepts(
  context: ScenarioContext,
  api: Api,
  tenant: FlowTenant,
  round: number,
): Promise<void> {
  tenant.ask('a');
  await api.call('load', {
    tenant: tenant.id,
    expect: {
      kind: 'success',
      status: 202,
      name: `load ${round}`,
      requirement: 'load.schedules',
    },
  });
  const shown = await tenant.driver.look(tenant.id, 'a');
  context.check('load.schedules', `there after load ${round}`, shown !== 'absent', {
    message: `tenant ${tenant.id} is absent after a load that was answered 202`,
    expected: 'Loading, Active or Broken',
    actual: shown,
    tenant: tenant.id,
    node: 'a',
  });
  if (shown === 'absent') await loaded(context, tenant, 'a');
  else await tenant.settle();
  context.check('load.status-tells', `Active after load ${round}`, true);
}

/** How many files or folders of the node name the tenant; 0 where its data folder is not ours to look into. */
async function filesOf(context: ScenarioContext, tenant: FlowTenant): Promise<number> {
  if (!context.rig.supports('data-dir')) return 0;
  const names = await readdir(context.rig.node('a').dir, { recursive: true });
  return names.filter((name) => name.includes(tenant.id)).length;
}
