// What the lane writes: fault and proxy lines of the history, stamped with the one clock.

import type { Clock } from '../../core/clock.ts';
import type { FaultLine, HistorySink, ProxyLine } from '../../history/events.ts';
import type { Fault, FaultHit } from '../fault.ts';

/** A proxy line as listeners get it: with its time, without its number. */
export type ProxyEvent = Omit<ProxyLine, 'i'>;

/** The lane's side of the history. */
export class Ledger {
  readonly #sink: HistorySink;
  readonly #clock: Clock;
  readonly #headerStart: bigint;
  readonly #listeners = new Set<(line: ProxyEvent) => void>();

  /** `headerStart`: reading of `clock` at the header, ns. */
  constructor(sink: HistorySink, clock: Clock, headerStart: bigint) {
    this.#sink = sink;
    this.#clock = clock;
    this.#headerStart = headerStart;
  }

  /** The `t` of this moment. */
  now(): number {
    return this.since(this.#clock.now());
  }

  /** The `t` of another reading of the same clock. */
  since(reading: bigint): number {
    return Math.max(0, Number(reading - this.#headerStart));
  }

  /** Records a line of a fault; returns its `t`. */
  fault(type: FaultLine['type'], id: string, fault: Fault, hit?: FaultHit): number {
    const node = hit?.node ?? fault.node ?? fault.link?.node;
    const tenant = hit?.tenant ?? fault.tenant;
    const scenario = fault.scenario ?? fault.link?.scenario;
    return this.#sink.record({
      stream: 'fault',
      type,
      fault: id,
      kind: fault.kind,
      where: fault.where,
      ...(node === undefined ? {} : { node }),
      ...(tenant === undefined ? {} : { tenant }),
      ...(scenario === undefined ? {} : { scenario }),
      ...(hit?.call === undefined ? {} : { call: hit.call }),
      ...(hit?.req === undefined ? {} : { req: hit.req }),
      ...(hit === undefined ? {} : { t: hit.t }),
      ...(type === 'inject' ? { parameters: describe(fault) } : {}),
    });
  }

  /** Records what the proxy saw and tells the listeners. */
  proxy(line: ProxyEvent): void {
    this.#sink.record(line);
    for (const listener of this.#listeners) listener(line);
  }

  onProxyLine(listener: (line: ProxyEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

/** The fault's knobs as plain data, so that a reader of the history can tell it from others of its kind. */
function describe(fault: Fault): Record<string, unknown> {
  const { stream, when, until, parameters } = fault;
  const told: Record<string, unknown> = { ...parameters };
  if (stream !== undefined) told.stream = stream;
  if (until?.afterMs !== undefined) told.afterMs = until.afterMs;
  if (when !== undefined) {
    const { operation, key, ...rest } = when;
    told.when = {
      ...rest,
      ...(key === undefined ? {} : { key: String(key) }),
      ...(operation?.method === undefined ? {} : { method: operation.method }),
      ...(operation?.path === undefined ? {} : { path: String(operation.path) }),
    };
  }
  return told;
}
