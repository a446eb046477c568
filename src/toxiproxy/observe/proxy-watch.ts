// The observer of one proxy: its rules, what is held, its connections and deliveries.

import type { Socket } from 'node:net';
import type { Direction } from '../chain/link.ts';
import type { EventBody, EventHub } from '../conformance/event-hub.ts';
import type { Held } from '../conformance/held.ts';
import type { HeldBook } from '../conformance/held-book.ts';
import { RuleBook } from '../conformance/rule-book.ts';
import { StreamHold } from '../conformance/stream-hold.ts';
import type { CutInput, HoldInput } from '../conformance/wire.ts';
import type { ProxyObserver, ToxicProxy } from '../proxy/proxy.ts';
import type { Delivery } from './delivery.ts';
import type { Exchange } from './exchange.ts';
import { RefusedClient } from './refused-client.ts';
import { Watch } from './watch.ts';

/** An event without its place. */
type PlacelessEvent = EventBody extends infer E
  ? E extends EventBody
    ? Omit<E, 'proxy' | 'conn'>
    : never
  : never;

/** What the observers of all proxies share. */
export interface WatchHost {
  readonly hub: EventHub;
  readonly held: HeldBook;
  /** A connection id that was never given before. */
  nextConn(): string;
}

/** Everything that is observed of one proxy. */
export class ProxyWatch implements ProxyObserver {
  readonly name: string;
  readonly hub: EventHub;
  readonly host: WatchHost;
  readonly rules = new RuleBook();
  readonly #watches = new Set<Watch>();
  readonly #deliveries = new Set<Delivery>();
  readonly #holds = new Map<string, StreamHold>();
  readonly #heldOf = new Map<Exchange, Held>();
  readonly #copies = new Map<string, number>();
  #proxy: ToxicProxy | undefined;

  constructor(name: string, host: WatchHost) {
    this.name = name;
    this.host = host;
    this.hub = host.hub;
  }

  get upstream(): string {
    return this.#proxy?.upstream ?? '';
  }

  connection(proxy: ToxicProxy): Watch {
    this.#proxy = proxy;
    return new Watch(this, this.host.nextConn());
  }

  /** Its upstream can't be reached: the requests of this client are proved dropped. */
  refused(proxy: ToxicProxy, client: Socket): void {
    this.#proxy = proxy;
    new RefusedClient(this, client);
  }

  /** The proxy was stopped or removed: what is held is lost. */
  stopped(proxy: ToxicProxy): void {
    this.#proxy = proxy;
    for (const watch of this.#watches) watch.keepHeld = false;
    for (const delivery of this.#deliveries) delivery.cut();
    for (const held of this.#heldOf.values()) held.dropIfDetached();
  }

  removed(): void {
    for (const hold of this.#holds.values()) this.endHold(hold);
  }

  opened(watch: Watch): void {
    this.#watches.add(watch);
    for (const hold of this.#holds.values()) hold.apply(watch);
  }

  closed(watch: Watch): void {
    this.#watches.delete(watch);
  }

  emit(conn: string, event: PlacelessEvent): void {
    this.hub.emit({ ...event, proxy: this.name, conn } as EventBody);
  }

  /** Counts whole deliveries of a call, from 1. */
  nextCopy(call: string | undefined): number {
    if (call === undefined) return 1;
    const copy = (this.#copies.get(call) ?? 0) + 1;
    this.#copies.set(call, copy);
    return copy;
  }

  // --- held messages -----------------------------------------------------------------------------------

  hold(held: Held): void {
    this.host.held.add(held);
    if (held.answer === undefined) this.#heldOf.set(held.exchange, held);
  }

  heldOf(exchange: Exchange): Held | undefined {
    return this.#heldOf.get(exchange);
  }

  forget(held: Held): void {
    this.host.held.remove(held.id);
    this.#heldOf.delete(held.exchange);
  }

  // --- held streams ------------------------------------------------------------------------------------

  /** Holds a direction of one connection, or of all, later ones too. */
  holdStream(input: HoldInput): StreamHold {
    const hold = new StreamHold(this.host.held.nextId(), this, input);
    this.#holds.set(hold.id, hold);
    this.host.held.add(hold);
    for (const watch of this.#watches) hold.apply(watch);
    return hold;
  }

  announceFrozen(
    id: string,
    watch: Watch,
    direction: Direction,
    exchange: Exchange | undefined,
  ): void {
    this.#holds.get(id)?.announce(watch, direction, exchange);
  }

  endHold(hold: StreamHold): void {
    this.#holds.delete(hold.id);
    this.host.held.remove(hold.id);
  }

  // --- connections -------------------------------------------------------------------------------------

  track(delivery: Delivery): void {
    this.#deliveries.add(delivery);
  }

  untrack(delivery: Delivery): void {
    this.#deliveries.delete(delivery);
  }

  get watches(): Iterable<Watch> {
    return this.#watches;
  }

  /** Ends live connections; the number of them. */
  cut({ mode = 'fin', conn, keepHeld = false }: CutInput): number {
    const chosen = [...this.#watches].filter((watch) => conn === undefined || watch.conn === conn);
    for (const watch of chosen) watch.cut(mode === 'rst' ? 'reset' : 'close', keepHeld);
    if (conn === undefined) {
      for (const delivery of this.#deliveries) delivery.cut();
      if (!keepHeld) for (const held of this.#heldOf.values()) held.dropIfDetached();
    }
    return chosen.length;
  }
}
