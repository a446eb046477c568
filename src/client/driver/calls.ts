// The driver's single calls: guarded by P1, told to the ownership table, sent through the lane's client.

import type { NodeId } from '../../history/events.ts';
import type { SendOptions } from '../exchange/client.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { recordedOperation } from '../exchange/operation.ts';
import type { DriverOptions, Lane } from './lane.ts';
import type { Ownership } from './ownership/ownership.ts';

/** One call of the driver. */
export interface DriverCall {
  readonly operation: string;
  readonly tenant: string;
  readonly node: NodeId;
  readonly method: string;
  readonly path: string;
  readonly timeline?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly timeoutMs: number;
}

/** What the steps of the driver are made from. */
export interface DriverContext {
  readonly options: DriverOptions;
  readonly ownership: Ownership;
  call(call: DriverCall): Promise<Exchange>;
  lane(node: NodeId): Lane;
  isHeld(tenant: string): boolean;
  /** Throws the signal's reason when the scenario was ended. */
  checkSignal(): void;
  /** Tells an odd status once. */
  odd(tenant: string, node: NodeId, status: number): void;
}

/** The context of one driver. */
export function createContext(options: DriverOptions, ownership: Ownership): DriverContext {
  const told = new Set<string>();
  const lane = (node: NodeId): Lane => {
    const found = options.lanes[node];
    if (!found) throw new RangeError(`the driver has no lane to node ${node}`);
    return found;
  };
  return {
    options,
    ownership,
    lane,
    isHeld: (tenant) => options.isHeld?.(tenant) ?? false,
    checkSignal: () => options.signal?.throwIfAborted(),
    odd(tenant, node, status) {
      const key = `${tenant} ${node} ${status}`;
      if (told.has(key)) return;
      told.add(key);
      options.onOddStatus?.({ tenant, node, status });
    },
    call: (call) => send({ options, ownership, lane: lane(call.node) }, call),
  };
}

interface Sender {
  readonly options: DriverOptions;
  readonly ownership: Ownership;
  readonly lane: Lane;
}

async function send(sender: Sender, call: DriverCall): Promise<Exchange> {
  const { options, ownership, lane } = sender;
  const op = recordedOperation(call.operation);
  options.signal?.throwIfAborted();
  ownership.assertMayOpen(op, call.tenant, call.node);
  const exchange = await lane.client.send({
    operation: call.operation,
    method: call.method,
    path: call.path,
    tenant: call.tenant,
    timeoutMs: call.timeoutMs,
    ...(call.timeline === undefined ? {} : { timeline: call.timeline }),
    ...bodyOf(call.body),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onCall: (id) =>
      ownership.invoked({
        op,
        tenant: call.tenant,
        node: call.node,
        boot: lane.boot(),
        call: id,
        direct: lane.direct === true,
        ignored: call.path.includes('detach_ignored=true'),
      }),
  });
  ownership.completed(exchange.call, exchange.outcome);
  return exchange;
}

function bodyOf(body: unknown): Pick<SendOptions, 'body' | 'headers'> {
  if (body === undefined) return {};
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}
