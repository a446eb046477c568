// The three negative controls: a control plane that is wrong in a way the document warns of moves a tenant, two nodes
// own it, and the store shows an update that is lost.

import {
  createWrongClient,
  type Fault,
  openFlow,
  type ScenarioContext,
  UnsupportedError,
  type WrongClientKind,
  writesByItself,
} from '#suite';

/** How long the wrong client waits for an answer. */
const ANSWER_MS = 300;

/** Index commits of the tenant that both owners make before it is taken from them. */
const COMMITS = 6;

/** Lets the wrong client place a tenant that lived on `a`, while `kind` of fault is on its way there. */
export async function placeWrongly(
  context: ScenarioContext,
  kind: WrongClientKind,
  faultKind?: Fault['kind'],
): Promise<void> {
  const flow = await openFlow(context);
  const tenant = await flow.tenant('control', { control: true });
  await tenant.driver.detach(tenant.id, 'a');
  const { links, options } = await flow.driver({ answerMs: ANSWER_MS });
  const fault =
    faultKind === undefined
      ? undefined
      : await flow.fault({
          kind: faultKind,
          where: 'client-node',
          link: links.a!,
          tenant: tenant.id,
          when: { operation: { method: 'POST', path: /\/attach$/ } },
        });
  await createWrongClient(kind, options).place(tenant.id, 'a', 'b');
  await tenant.driver.waitActive(tenant.id, 'b');
  // What was held arrives now: nobody waits for it any more.
  await fault?.heal();
  await tenant.driver.waitActive(tenant.id, 'a');
  const writes = await writesByItself(context, tenant, COMMITS);
  await Promise.all(
    ['a', 'b'].map((node) => options.lanes[node]!.client.send(detachCall(tenant.id))),
  );
  if (writes) return;
  // No second writer without a write: nothing that the checkers could be seen to find.
  throw new UnsupportedError(undefined, 'the target writes nothing by itself');
}

function detachCall(tenant: string) {
  return {
    operation: 'detach',
    method: 'POST',
    path: `/v1/tenant/${tenant}/detach`,
    tenant,
    timeoutMs: 10_000,
  };
}
