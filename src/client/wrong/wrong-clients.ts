// Negative controls: three control planes that are wrong in ways the document warns of. The checkers must catch them.

import type { NodeId } from '../../history/events.ts';
import type { DriverCall } from '../driver/calls.ts';
import { createContext } from '../driver/calls.ts';
import { startDeadline } from '../driver/deadline.ts';
import type { DriverOptions } from '../driver/lane.ts';
import { createOwnership } from '../driver/ownership/ownership.ts';
import { POLL_PACE, startPace } from '../driver/pace.ts';
import type { Exchange } from '../exchange/exchange.ts';

/**
 * What is wrong with it. `elsewhere-on-404`: takes a 404 of the status for proof that an attach was lost.
 * `trust-has-in-progress-downloads`: takes `false` there for proof that nothing goes on. `timeout-is-failure`: takes a call without
 * an answer for one without effect.
 */
export type WrongClientKind =
  | 'elsewhere-on-404'
  | 'trust-has-in-progress-downloads'
  | 'timeout-is-failure';

/** A wrong control plane for one tenant. */
export interface WrongClient {
  readonly kind: WrongClientKind;
  /**
   * Attaches the tenant at `first`, and goes to `second` as soon as it wrongly believes that it may. Returns the node where it
   * sent its last attach, and that exchange.
   */
  place(
    tenant: string,
    first: NodeId,
    second: NodeId,
  ): Promise<{ readonly node: NodeId; readonly exchange: Exchange }>;
}

/** Creates it; the tenant that it places is declared a negative control in the history first. */
export function createWrongClient(kind: WrongClientKind, options: DriverOptions): WrongClient {
  const ownership = options.ownership ?? createOwnership();
  const context = createContext(options, ownership);
  const { limits, scenario } = options;
  const label = scenario === undefined ? {} : { scenario };
  const attach = (tenant: string, node: NodeId): Promise<Exchange> =>
    context.call({
      ...request(tenant, node, options.answerMs ?? limits.attach),
      operation: 'attach',
      method: 'POST',
      path: `/v1/tenant/${tenant}/attach`,
    });

  /** True as soon as it believes that `first` will not own the tenant; false when it is Active there, or time is over. */
  async function believesFree(tenant: string, first: NodeId, answer: Exchange): Promise<boolean> {
    if (kind === 'timeout-is-failure') return answer.response === undefined;
    const deadline = startDeadline(options.clock, limits.attach, () => false);
    const pace = startPace(POLL_PACE, options.random);
    while (!deadline.late()) {
      const status = await context.call({
        ...request(tenant, first, limits.api),
        operation: 'tenant_status',
        method: 'GET',
        path: `/v1/tenant/${tenant}`,
      });
      // Not every server says 404 of an absent tenant: any answered error misleads this client.
      if (kind === 'elsewhere-on-404' && (status.response?.status ?? 0) >= 400) return true;
      if (kind === 'trust-has-in-progress-downloads' && showsNoDownloads(status)) return true;
      if (kind === 'elsewhere-on-404' && status.outcome.seen?.state === 'Active') return false;
      await pace.pause(options.signal);
    }
    return false;
  }
  return {
    kind,
    async place(tenant, first, second) {
      options.sink.record({ ...label, stream: 'run', type: 'control', tenant });
      ownership.permitUnsafe(tenant);
      const exchange = await attach(tenant, first);
      if (!(await believesFree(tenant, first, exchange))) return { node: first, exchange };
      return { node: second, exchange: await attach(tenant, second) };
    },
  };
}

function request(
  tenant: string,
  node: NodeId,
  timeoutMs: number,
): Pick<DriverCall, 'tenant' | 'node' | 'timeoutMs'> {
  return { tenant, node, timeoutMs };
}

function showsNoDownloads(status: Exchange): boolean {
  if (status.outcome.type !== 'ok' || !status.response) return false;
  try {
    const info = JSON.parse(status.response.body.toString()) as Record<string, unknown>;
    return info.has_in_progress_downloads === false;
  } catch {
    return false;
  }
}
