// Tenants that the store knows nothing of: an attach ends with 404 or in Broken, never in Active, and leaves nothing, twenty times in one
// life of the process; then a tenant that is there is attached as ever.

import { type Api, objectsOf, openFlow, type ScenarioContext, ScenarioEnd, scenario } from '#suite';
import { attached, detached } from '../shared/steps.ts';

const TIMES = 20;

export default scenario({
  id: 'flows/attach/without-objects',
  title: 'an attach of a tenant without objects is never Active and leaves nothing behind',
  decides: [
    'attach.unknown-tenant',
    'attach.distinguished-refusal',
    'liveness.wear',
    'P2',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['tap'],
  async run(context) {
    const flow = await openFlow(context);
    const known = await flow.tenant('known', { branches: 1 });
    const emptied = await flow.tenant('empty', { data: false });
    await detached(context, known, 'a');
    await detached(context, emptied, 'a');
    const api = await context.api({ node: 'a' });
    const written = watchWrites(context);
    // A server may keep something of its own for a tenant without timelines: then the store knows it.
    if ((await objectsOf(context, emptied.id)).length === 0) {
      await neverActive(context, api, emptied.id);
    }
    for (let time = 1; time < TIMES; time += 1) {
      // The same one again and again, and others.
      const name = time % 2 === 0 ? 'nobody' : `nobody ${time}`;
      const tenant = context.tenant(name);
      const status = await neverActive(context, api, tenant);
      if (status === 404) mustNotWrite(context, tenant, written.get(tenant) ?? []);
    }
    await attached(context, known, 'a', 'liveness.wear');
    await known.expectWhole('a');
    await detached(context, known, 'a');
    await emptied.settle();
  },
});

/** What nodes change in the store from now on: keys by tenant. */
function watchWrites(context: ScenarioContext): ReadonlyMap<string, readonly string[]> {
  const written = new Map<string, string[]>();
  const stop = context.rig.store.onEvent((event) => {
    if (event.type !== 'committed' || event.node === 'suite' || event.tenant === undefined) return;
    if (event.op !== 'put' && event.op !== 'delete') return;
    const keys = written.get(event.tenant) ?? [];
    written.set(event.tenant, [...keys, event.key]);
  });
  context.defer(stop);
  return written;
}

function mustNotWrite(context: ScenarioContext, tenant: string, written: readonly string[]): void {
  context.check('attach.distinguished-refusal', 'nothing is written', written.length === 0, {
    message: `an attach that was refused with 404 changed objects of tenant ${tenant}`,
    expected: [],
    actual: written,
    tenant,
    node: 'a',
  });
}

/** The status of the attach's answer. */
async function neverActive(
  context: ScenarioContext,
  api: Api,
  tenant: string,
): Promise<number | undefined> {
  const answer = await api.call('attach', { tenant });
  const status = answer.response?.status;
  const isAnswered = context.check(
    'liveness.wear',
    'each of them is answered',
    status !== undefined,
    {
      message: 'after attaches that found nothing another one got no answer',
      expected: '404, or 202 and then Broken',
      actual: answer.failure?.error ?? 'none',
      tenant,
      node: 'a',
    },
  );
  if (!isAnswered) throw new ScenarioEnd('an attach got no answer');
  const state = status === 202 ? await untilSettled(context, api, tenant) : 'absent';
  context.check('attach.unknown-tenant', 'not Active', state !== 'Active', {
    message: `tenant ${tenant} became Active, of which the store has nothing`,
    expected: '404 or Broken',
    actual: 'Active',
    tenant,
    node: 'a',
  });
  if (status !== 404) await api.call('detach', { tenant });
  const shown = await api.call('tenant_status', { tenant });
  context.check('attach.unknown-tenant', 'nothing is left', shown.response?.status !== 200, {
    message: `tenant ${tenant} is still shown after an attach that found nothing`,
    expected: 'an error',
    actual: shown.response?.status,
    tenant,
    node: 'a',
  });
  return status;
}

/** Active, Broken, or absent again; undefined where it stays in between, which P7 judges. */
async function untilSettled(
  context: ScenarioContext,
  api: Api,
  tenant: string,
): Promise<string | undefined> {
  return context.eventually(async () => {
    const status = await api.call('tenant_status', { tenant });
    const state = context.tenantState(status);
    if (state === 'Active' || state === 'Broken') return state;
    return status.response?.status === 200 ? undefined : 'absent';
  }, context.limits.attach);
}
