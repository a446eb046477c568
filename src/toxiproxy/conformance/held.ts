// A message that a rule holds, and what can be done with it.

import { startTimer, type Timer } from '../chain/timer.ts';
import { Delivery } from '../observe/delivery.ts';
import type { Answer, Exchange } from '../observe/exchange.ts';
import { known } from '../observe/exchange.ts';
import type { Watch } from '../observe/watch.ts';
import type { HeldOperation, HeldOutput, RulePoint } from './wire.ts';

/** The operation makes no sense for what is held. */
export class HeldOperationError extends Error {}

/** Something that is held, whole stream or single message. */
export interface Holding {
  readonly id: string;
  show(): HeldOutput[];
  /** Throws HeldOperationError. */
  operate(operation: HeldOperation): void;
}

/** How a message came to be held. */
export interface HeldOptions {
  readonly watch: Watch;
  readonly exchange: Exchange;
  /** Absent when the request is held. */
  readonly answer: Answer | undefined;
  readonly rule: string;
  readonly point: RulePoint;
}

/** A held message. */
export class Held implements Holding {
  readonly id: string;
  readonly exchange: Exchange;
  readonly answer: Answer | undefined;
  readonly #options: HeldOptions;
  readonly #watch: Watch;
  /** The request's bytes, once its connection has gone. */
  #detached: Buffer | undefined;
  #timer: Timer | undefined;

  constructor(options: HeldOptions) {
    this.#options = options;
    this.#watch = options.watch;
    this.exchange = options.exchange;
    this.answer = options.answer;
    this.id = options.watch.proxy.host.held.nextId();
  }

  get direction(): 'upstream' | 'downstream' {
    return this.answer === undefined ? 'upstream' : 'downstream';
  }

  show(): HeldOutput[] {
    const { rule, point } = this.#options;
    const message = this.answer ?? this.exchange;
    return [
      {
        id: this.id,
        proxy: this.#watch.proxy.name,
        conn: this.#watch.conn,
        direction: this.direction,
        rule,
        point,
        bytes: this.#bytes().length,
        complete: message.complete,
        clientGone: this.#watch.clientGone,
        ...known({ call: this.exchange.call }),
      },
    ];
  }

  releaseAfter(delayMs: number): void {
    this.#timer = startTimer(delayMs, () => this.operate('release'));
  }

  operate(operation: HeldOperation): void {
    if (operation === 'duplicate') {
      this.#duplicate();
      return;
    }
    this.#timer?.cancel();
    this.#watch.proxy.forget(this);
    if (operation === 'release' || (operation === 'swallow' && this.answer === undefined)) {
      this.exchange.swallowAnswer = operation === 'swallow';
      this.#release();
    } else if (operation === 'drop') {
      this.#drop();
    } else if (this.#gone) {
      this.exchange.settle(this.id);
    } else {
      this.#watch.apply({ do: operation }, this.exchange, this.answer);
      this.#resume();
    }
  }

  /** The connection has gone; the request stays in flight until it is released or dropped. */
  detach(bytes: Buffer): void {
    this.#detached = bytes;
  }

  dropIfDetached(): void {
    if (this.#detached === undefined) return;
    this.#timer?.cancel();
    this.#watch.proxy.forget(this);
    this.exchange.settle(this.id);
  }

  get #gone(): boolean {
    return this.#detached !== undefined || this.#watch.closedAlready;
  }

  #release(): void {
    const late = this.#watch.clientGone ? { late: true as const } : {};
    const about = known({ call: this.exchange.call });
    this.#watch.proxy.emit(this.#watch.conn, {
      type: 'released',
      held: this.id,
      ...about,
      ...late,
    });
    if (this.#detached !== undefined) {
      new Delivery(this.#watch.proxy, this.#detached);
    } else if (this.answer === undefined) {
      this.#watch.release(this.exchange);
    } else {
      this.answer.phase = 'passing';
      this.#resume();
    }
  }

  #drop(): void {
    if (this.#gone) {
      this.exchange.settle(this.id);
      return;
    }
    (this.answer ?? this.exchange).phase = 'dropping';
    this.#resume();
  }

  #duplicate(): void {
    if (this.answer !== undefined) {
      throw new HeldOperationError('only a request can be duplicated');
    }
    if (!this.exchange.complete) {
      throw new HeldOperationError('the request is not complete yet');
    }
    new Delivery(this.#watch.proxy, this.#bytes());
  }

  #bytes(): Buffer {
    if (this.#detached !== undefined) return this.#detached;
    return this.answer === undefined
      ? this.#watch.requests.bytesOf(this.exchange)
      : this.#watch.answers.bytesOf(this.answer);
  }

  #resume(): void {
    if (this.answer === undefined) this.#watch.requests.resume();
    else this.#watch.answers.resume();
  }
}
