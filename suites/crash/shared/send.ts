// One call of a tenant's driver that is sent once and never repeated: what a crash makes of it is what is looked at.

import type { Exchange, Flow, FlowTenant, ScenarioContext } from '#suite';
import type { ChangeRequest } from './changes.ts';

/** Sends the request over the tenant's own link; the ownership table learns of it as of any call of the driver. */
export async function sendOnce(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  request: ChangeRequest,
): Promise<Exchange> {
  const node = 'a';
  const { client, boot } = tenant.driver.options.lanes[node]!;
  const op = request.operation as Parameters<Flow['ownership']['assertMayOpen']>[0];
  flow.ownership.assertMayOpen(op, tenant.id, node);
  const exchange = await client.send({
    operation: request.operation,
    method: request.method,
    path: request.path,
    tenant: tenant.id,
    ...(request.timeline === undefined ? {} : { timeline: request.timeline }),
    ...(request.body === undefined ? {} : jsonBody(request.body)),
    timeoutMs: context.limits.attach,
    signal: context.signal,
    onCall: (call) =>
      flow.ownership.invoked({
        ...{ op, tenant: tenant.id, node, boot: boot(), call },
        direct: false,
        ignored: false,
      }),
  });
  flow.ownership.completed(exchange.call, exchange.outcome);
  return exchange;
}

function jsonBody(body: unknown) {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}
