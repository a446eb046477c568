// Each call that makes or changes something loses its answer or its caller twenty times, and is brought to its end each time: the
// twenty-first works like the first.

import {
  type DriverOutcome,
  expectOutcome,
  type Fault,
  type Flow,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  scenario,
} from '#suite';
import { repeat } from '../shared/changing.ts';
import { detachFrom } from '../shared/operations.ts';

const TIMES = 20;

/** Ways to lose an answer after which everything can be accounted for. */
const LOSSES: readonly Pick<Fault, 'kind' | 'parameters'>[] = [
  { kind: 'cut-answer', parameters: { bytes: 0 } },
  { kind: 'reset-after-request' },
  { kind: 'reset-before-request' },
];

export default scenario({
  id: 'faults/wear/aborted-changes',
  title:
    'creates, configs and timeline deletions are aborted twenty times each, then the good path',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.wear'],
  needs: ['tap', 'proxy-trigger', 'proxy-events'],
  async run(context) {
    const flow = await openFlow(context);
    const [maker, changed, branched] = await Promise.all([
      flow.tenant('maker'),
      flow.tenant('changed'),
      flow.tenant('branched'),
    ]);
    await Promise.all([
      wearCreate(context, flow, maker),
      wearConfig(context, flow, changed),
      wearTimelines(context, flow, branched),
    ]);
    context.check('liveness.wear', 'the good path works after aborted changes', true);
    for (const tenant of [maker, changed, branched]) {
      await tenant.settle();
      await tenant.expectWhole('a');
      await detachFrom(context, tenant, 'a');
    }
  },
});

/** One call, aborted where `time` is not the last one. */
interface Call {
  readonly name: string;
  readonly time: number;
  readonly method: string;
  readonly path: RegExp;
  readonly wanted: DriverOutcome['kind'];
  readonly subject?: string;
  readonly run: () => Promise<DriverOutcome>;
}

async function aborted(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  call: Call,
): Promise<void> {
  const { name, time, method, path, wanted, run, subject = tenant.id } = call;
  const fault =
    time === TIMES
      ? undefined
      : await flow.fault({
          ...LOSSES[time % LOSSES.length]!,
          where: 'client-node',
          link: tenant.driver.links.a!,
          tenant: subject,
          when: { operation: { method, path } },
        });
  const outcome = await run();
  const step = { requirement: 'liveness.wear', what: `${name}, time ${time + 1}` };
  expectOutcome(context, outcome, [wanted], { ...step, id: subject, node: 'a' });
  if (fault) await flow.healed(fault, 'liveness.wear', name);
}

async function wearCreate(context: ScenarioContext, flow: Flow, maker: FlowTenant): Promise<void> {
  const { driver } = maker;
  for (let time = 0; time <= TIMES; time += 1) {
    const subject = context.tenant(`made ${time}`);
    await aborted(context, flow, maker, {
      ...{ name: 'create', time, method: 'POST', path: /^\/v1\/tenant\/?(\?|$)/, subject },
      wanted: 'active',
      run: () => driver.createTenant(subject, 'a'),
    });
    const gone = await driver.detach(subject, 'a');
    const step = { requirement: 'liveness.wear', what: 'detach of a new tenant', node: 'a' };
    expectOutcome(context, gone, ['done'], { ...step, id: subject });
  }
}

async function wearConfig(context: ScenarioContext, flow: Flow, tenant: FlowTenant): Promise<void> {
  for (let time = 0; time <= TIMES; time += 1) {
    await aborted(context, flow, tenant, {
      ...{ name: 'config', time, method: 'PUT', path: /^\/v1\/tenant\/config\/?(\?|$)/ },
      wanted: 'done',
      run: () =>
        repeat(context, tenant, 'tenant_config', {
          body: { tenant_id: tenant.id, gc_horizon: 1_000_000 + time },
        }),
    });
  }
}

async function wearTimelines(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
): Promise<void> {
  const { id } = tenant;
  for (let time = 0; time <= TIMES; time += 1) {
    const timeline = context.timeline(`${id}/${time}`);
    await aborted(context, flow, tenant, {
      ...{ name: 'timeline create', time, method: 'POST' },
      path: new RegExp(`^/v1/tenant/${id}/timeline/?(\\?|$)`),
      wanted: 'done',
      run: () =>
        tenant.driver.createTimeline(id, 'a', {
          id: timeline,
          ancestor: tenant.timelines[0]!,
          extra: context.target.timelineCreate,
        }),
    });
    await aborted(context, flow, tenant, {
      ...{ name: 'timeline delete', time, method: 'DELETE' },
      path: new RegExp(`^/v1/tenant/${id}/timeline/${timeline}(\\?|$)`),
      wanted: 'done',
      run: () => repeat(context, tenant, 'timeline_delete', { timeline }),
    });
  }
}
