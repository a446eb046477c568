// What is shown as durable in remote storage is in the store: while the store refuses the writes of a tenant its
// `remote_consistent_lsn` is read, the node dies for good, and the tenant must reach that LSN elsewhere.

import {
  type Fault,
  type FaultHandle,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
} from '#suite';
import { type Marks, mustReach, shownMarks } from '../shared/marks.ts';
import { attached, detached } from '../shared/steps.ts';

const REFUSED: Readonly<Record<string, NonNullable<Fault['when']>>> = {
  'index puts': { op: ['put'], key: /index_part/ },
  'all puts': { op: ['put'] },
};
const FAULTS: Readonly<Record<string, Pick<Fault, 'kind' | 'parameters'>>> = {
  unavailable: { kind: 'store-503' },
  forbidden: {
    kind: 'store-fail',
    parameters: { status: 403, code: 'AccessDenied', point: 'received' },
  },
};
/** How often and how far apart the LSNs are read, milliseconds. */
const READS = 8;
const READ_STEP_MS = 40;

interface Case {
  readonly tenant: FlowTenant;
  readonly what: string;
  readonly fault: FaultHandle;
}

export default scenario({
  id: 'flows/timelines/uploaded-outlives-the-node',
  title: 'remote_consistent_lsn is not above what is in the store when its writes fail',
  decides: ['attach.reaches-active-or-broken', 'P2', 'P6', 'P8', 'machine'],
  needs: ['two-nodes', 'restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const refusals = Object.entries(REFUSED).flatMap(([puts, when]) =>
      Object.entries(FAULTS).map(([answer, fault]) => ({
        what: `${puts} ${answer}`,
        refusal: { ...fault, where: 'node-store', node: 'a', when } as const,
      })),
    );
    const cases = await Promise.all(
      refusals.map(async ({ what, refusal }): Promise<Case> => {
        const tenant = await flow.tenant(what, { branches: 1 });
        const fault = await flow.fault({ ...refusal, tenant: tenant.id });
        await flow.meetsWrite(fault, tenant);
        return { tenant, what, fault };
      }),
    );
    const shown = await Promise.all(cases.map(({ tenant }) => highestMarks(context, tenant)));
    await context.rig.node('a').kill();
    await Promise.all(cases.map(({ fault }) => fault.heal()));
    for (const [index, { tenant, what }] of cases.entries()) {
      await attached(context, tenant, 'b');
      await mustReach(context, tenant, 'b', shown[index]!, 'P8', `the end of its node (${what})`);
      await tenant.settle();
      await detached(context, tenant, 'b');
    }
    // What is on its disk is older than what the other node wrote.
    context.rig.node('a').emptyDisk();
    await context.rig.node('a').start();
  },
});

/** The highest `remote_consistent_lsn` that each timeline shows in a while. */
async function highestMarks(context: ScenarioContext, tenant: FlowTenant): Promise<Marks> {
  const highest = new Map<string, bigint>();
  for (let read = 0; read < READS; read += 1) {
    for (const [id, lsn] of await shownMarks(context, tenant, 'a', 'remote_consistent_lsn')) {
      if (lsn > (highest.get(id) ?? 0n)) highest.set(id, lsn);
    }
    await sleep(READ_STEP_MS, context.signal);
  }
  return highest;
}
