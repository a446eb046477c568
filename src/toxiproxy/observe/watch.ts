// One observed connection: its two gates, what rules do to it, and its events.

import type { Direction, LinkToxic } from '../chain/link.ts';
import type { Behaviour, EndKind } from '../chain/stage.ts';
import { Held } from '../conformance/held.ts';
import type { Rule, RuleAction, RulePoint, Side } from '../conformance/wire.ts';
import type { Connection, ConnectionObserver } from '../proxy/connection.ts';
import { AnswerGate } from './answer-gate.ts';
import { type Answer, type Exchange, type ExchangePlace, known } from './exchange.ts';
import type { ProxyWatch } from './proxy-watch.ts';
import { RequestGate } from './request-gate.ts';

/** A rule that acts now. */
export type ClaimedRule = Rule & { readonly id: string };

/** What happens on one connection. */
export class Watch implements ConnectionObserver {
  readonly proxy: ProxyWatch;
  readonly conn: string;
  readonly place: ExchangePlace;
  readonly requests: RequestGate;
  readonly answers: AnswerGate;
  /** Requests of which it is not yet said what became of them. */
  readonly exchanges = new Set<Exchange>();
  /** Held requests outlive the connection. */
  keepHeld = true;
  closedAlready = false;
  #connection: Connection | undefined;

  constructor(proxy: ProxyWatch, conn: string) {
    this.proxy = proxy;
    this.conn = conn;
    this.place = {
      hub: proxy.hub,
      proxy: proxy.name,
      conn,
      nextCopy: (call) => proxy.nextCopy(call),
    };
    this.requests = new RequestGate(this);
    this.answers = new AnswerGate(this, this.requests.open);
  }

  // --- called by the connection ------------------------------------------------------------------------

  gate(direction: Direction): Behaviour {
    return direction === 'upstream' ? this.requests : this.answers;
  }

  opened(connection: Connection): void {
    this.#connection = connection;
    const { remoteAddress, remotePort } = connection.client;
    const client = `${remoteAddress}:${remotePort}`;
    this.#emit({ type: 'open', client, upstream: this.proxy.upstream });
    this.proxy.opened(this);
  }

  toxicHit(toxic: LinkToxic, direction: Direction): void {
    this.#emit({ type: 'toxic-hit', toxic: toxic.name, toxicType: toxic.type, direction });
  }

  closed(connection: Connection): void {
    this.closedAlready = true;
    for (const exchange of this.exchanges) {
      const held = this.proxy.heldOf(exchange);
      if (held !== undefined && this.keepHeld) held.detach(this.requests.bytesOf(exchange));
      else exchange.settle(held?.id);
      if (held !== undefined && !this.keepHeld) this.proxy.forget(held);
    }
    this.exchanges.clear();
    const { up, down } = connection;
    this.#emit({ type: 'bytes', up: up.writer.sentBytes, down: down.writer.sentBytes });
    this.#emit({ type: 'close' });
    this.proxy.closed(this);
  }

  // --- called by the gates -----------------------------------------------------------------------------

  armed(points: readonly RulePoint[]): boolean {
    return this.proxy.rules.armed(points);
  }

  claim(point: RulePoint, exchange: Exchange, status?: number): ClaimedRule | undefined {
    const { method, path, call } = exchange;
    return this.proxy.rules.claim(point, { method, path, call, status });
  }

  /** The rule acts on the exchange; `answer` at answer points. */
  act(rule: ClaimedRule, point: RulePoint, exchange: Exchange, answer?: Answer): void {
    // Claimed at a head and taken away before the rest came: a client that waits for a 100 sends its body late.
    if (!this.proxy.rules.has(rule.id)) return;
    const { action } = rule;
    const about = known({ call: exchange.call });
    this.#emit({ type: 'rule-hit', rule: rule.id, point, action: action.do, ...about });
    const message = answer ?? exchange;
    if (action.do === 'hold' || action.do === 'callback' || action.do === 'delay') {
      message.phase = 'held';
      this.#hold(rule, point, exchange, answer);
    } else {
      this.apply(action, exchange, answer);
    }
  }

  /** Does what an action without a hold does. */
  apply(action: RuleAction, exchange: Exchange, answer: Answer | undefined): void {
    const message = answer ?? exchange;
    if (action.do === 'drop') {
      message.phase = 'dropping';
    } else if (action.do === 'swallow') {
      exchange.swallowAnswer = true;
      message.phase = answer === undefined ? 'passing' : 'dropping';
    } else if (action.do === 'reset' || action.do === 'cut') {
      this.#end(action.do === 'reset' ? 'reset' : 'cut', action.side ?? 'both', message, answer);
    }
  }

  frozen(
    direction: Direction,
    message: Exchange | Answer | undefined,
    holds: ReadonlySet<string>,
  ): void {
    const exchange = message !== undefined && 'exchange' in message ? message.exchange : message;
    for (const id of holds) this.proxy.announceFrozen(id, this, direction, exchange);
  }

  clientEnded(): void {}

  upstreamEnded(): void {
    this.#letEndPass();
  }

  answered(exchange: Exchange): void {
    if (exchange.settled) this.exchanges.delete(exchange);
    this.#letEndPass();
  }

  // --- called by the extension API ---------------------------------------------------------------------

  get clientGone(): boolean {
    return this.requests.ended;
  }

  /** Lets a held request pass; what ended behind it waits for the answer, so that the server can finish. */
  release(exchange: Exchange): void {
    exchange.phase = 'passing';
    if (this.requests.ended) this.requests.endHeld = true;
    this.requests.resume();
  }

  /** Ends both sockets now. */
  cut(kind: EndKind, keepHeld: boolean): void {
    this.keepHeld = keepHeld;
    this.#connection?.destroy(kind);
  }

  #hold(rule: ClaimedRule, point: RulePoint, exchange: Exchange, answer: Answer | undefined): void {
    const held = new Held({ watch: this, exchange, answer, rule: rule.id, point });
    this.proxy.hold(held);
    this.#emit({
      type: 'held',
      held: held.id,
      direction: held.direction,
      rule: rule.id,
      point,
      ...known({ call: exchange.call }),
      ...(rule.action.do === 'callback' ? { callback: true as const } : {}),
    });
    if (rule.action.do === 'delay') held.releaseAfter(rule.action.ms);
  }

  #end(kind: EndKind, side: Side, message: Exchange | Answer, answer: Answer | undefined): void {
    const connection = this.#connection!;
    if (answer === undefined && side === 'client') {
      // The caller is gone, its request is on its way.
      message.phase = 'passing';
      connection.end({ client: kind });
      return;
    }
    const sides = {
      client: side === 'upstream' ? ('close' as const) : kind,
      upstream: side === 'client' ? ('close' as const) : kind,
    };
    message.phase = 'dropping';
    if (answer === undefined) {
      this.keepHeld = false;
      connection.end(sides);
      return;
    }
    // Bytes that have passed this gate arrive before the end does.
    connection.sidesAtEnd = sides;
    this.answers.discard();
    this.answers.close('cut');
  }

  #letEndPass(): void {
    if (!this.requests.endHeld) return;
    this.requests.endHeld = false;
    this.requests.resume();
  }

  #emit(event: Parameters<ProxyWatch['emit']>[1]): void {
    this.proxy.emit(this.conn, event);
  }
}
