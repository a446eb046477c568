// Makes history lines of what the proxies report: on the one clock, with the boot that the bytes went to.

import type { NodeId } from '../../history/events.ts';
import type { Ledger, ProxyEvent as Line } from '../lane/ledger.ts';
import type { Link } from '../lane/link.ts';
import type { ProxyEvent } from './port.ts';

interface Boot {
  readonly t: number;
  readonly boot: number;
}

/**
 * On store links the tap tells more, and of every request: only what it can't know is recorded there.
 */
const STORE_LINK_SILENT: ReadonlySet<string> = new Set(['request', 'answer']);

/** Writes the lines; keeps the connections of each link up to date. */
export class EventLines {
  readonly #ledger: Ledger;
  readonly #boots = new Map<NodeId, Boot[]>();
  readonly #bootOf = new Map<string, number>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** From `t` on, connections to or from the node belong to this boot. */
  nodeStarted(node: NodeId, boot: number, t: number): void {
    const boots = this.#boots.get(node) ?? [];
    boots.push({ t, boot });
    this.#boots.set(node, boots);
  }

  /** An event of a link at `t`. */
  tell(link: Link, event: ProxyEvent, t: number): void {
    const { conn } = event;
    const key = `${link.name} ${conn}`;
    if (event.type === 'open') {
      link.connections.add(conn);
      const boot = this.#bootAt(link.node, t);
      if (boot !== undefined) this.#bootOf.set(key, boot);
    }
    if ('call' in event && event.call !== undefined) link.calls.set(conn, event.call);
    this.#write(link, event, t, this.#bootOf.get(key));
    if (event.type !== 'close') return;
    link.connections.delete(conn);
    link.calls.delete(conn);
    this.#bootOf.delete(key);
  }

  #write(link: Link, event: ProxyEvent, t: number, boot: number | undefined): void {
    if (event.type === 'toxic-hit' || event.type === 'rule-hit') return;
    if (link.where === 'node-store' && STORE_LINK_SILENT.has(event.type)) return;
    this.#ledger.proxy({
      t,
      stream: 'proxy',
      type: event.type,
      link: link.where,
      node: link.node,
      conn: `${link.name}:${event.conn}`,
      ...(boot === undefined ? {} : { boot }),
      ...(link.scenario === undefined ? {} : { scenario: link.scenario }),
      ...detail(event),
    });
  }

  #bootAt(node: NodeId, t: number): number | undefined {
    return this.#boots.get(node)?.findLast((entry) => entry.t <= t)?.boot;
  }
}

function detail(event: ProxyEvent): Partial<Line> {
  return {
    ...('call' in event && event.call !== undefined ? { call: event.call } : {}),
    ...('copy' in event && event.copy !== undefined ? { copy: event.copy } : {}),
    ...('status' in event && event.status !== undefined ? { status: event.status } : {}),
    ...(event.type === 'bytes' ? { up: event.up, down: event.down } : {}),
  };
}
