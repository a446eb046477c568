// The gate between client and toxics: rules act on requests here, before one byte of them is forwarded.

import { type Exchange, requestDialect } from './exchange.ts';
import { Gate, type Verdict, type Waiting } from './gate.ts';
import { MessageParser, type Segment } from './http-message.ts';
import type { ClaimedRule, Watch } from './watch.ts';

const REQUEST_POINTS = ['request-start', 'request-complete'] as const;

/** Gate of the upstream direction. */
export class RequestGate extends Gate<Exchange> {
  /** Requests whose answer has not ended, oldest first. */
  readonly open: Exchange[] = [];
  protected readonly parser: MessageParser<Exchange>;
  readonly #watch: Watch;
  /** The rule that waits for the rest of its request. */
  readonly #claimed = new Map<Exchange, ClaimedRule>();

  constructor(watch: Watch) {
    super();
    this.#watch = watch;
    this.parser = new MessageParser(
      requestDialect(watch.place, (exchange) => {
        this.open.push(exchange);
        watch.exchanges.add(exchange);
      }),
    );
  }

  protected arrived(segments: readonly Segment<Exchange>[]): void {
    for (const { data, message } of segments) {
      if (message !== undefined) message.receivedBytes += data.length;
    }
  }

  protected sourceEnded(): void {
    this.#watch.clientEnded();
  }

  protected frozenBytes(waiting: Waiting<Exchange> | undefined, holds: ReadonlySet<string>): void {
    this.#watch.frozen('upstream', waiting?.message, holds);
  }

  protected decide({ message }: Waiting<Exchange>): Verdict {
    if (message === undefined || this.parser.opaque) return 'pass';
    if (message.phase === 'new') this.#start(message);
    if (message.phase === 'collecting' && message.complete) this.#finish(message);
    if (message.phase === 'dropping') return 'drop';
    if (message.phase === 'passing') return 'pass';
    // Nothing more will come: what is there of the request goes as it is.
    if (message.phase !== 'held' && this.ended) {
      message.phase = 'passing';
      return 'pass';
    }
    return 'wait';
  }

  #start(exchange: Exchange): void {
    if (!this.#watch.armed(REQUEST_POINTS)) {
      exchange.phase = 'passing';
      return;
    }
    if (!exchange.headComplete) return;
    const first = this.#watch.claim('request-start', exchange);
    if (first !== undefined) {
      this.#watch.act(first, 'request-start', exchange);
      return;
    }
    const later = this.#watch.claim('request-complete', exchange);
    exchange.phase = later === undefined ? 'passing' : 'collecting';
    if (later !== undefined) this.#claimed.set(exchange, later);
  }

  #finish(exchange: Exchange): void {
    const rule = this.#claimed.get(exchange);
    this.#claimed.delete(exchange);
    exchange.phase = 'passing';
    if (rule !== undefined) this.#watch.act(rule, 'request-complete', exchange);
  }
}
