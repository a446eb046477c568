// One request and its answer on one connection: what is known of it, and what became of its bytes.

import type { ChunkOwner } from '../chain/chunk.ts';
import type { EventHub } from '../conformance/event-hub.ts';
import { type Dialect, fieldFraming, headerOf, type Message } from './http-message.ts';

/** How far a gate has come with a message. */
export type Phase = 'new' | 'collecting' | 'held' | 'passing' | 'dropping';

/** Where an exchange happens, and how its copies are counted. */
export interface ExchangePlace {
  readonly hub: EventHub;
  readonly proxy: string;
  readonly conn: string;
  /** Number of the next whole delivery of this call, from 1. */
  nextCopy(call: string | undefined): number;
}

/** A request. Owns its bytes on their way to the upstream. */
export class Exchange implements Message, ChunkOwner {
  head = '';
  headComplete = false;
  complete = false;
  phase: Phase = 'new';
  /** The answer is to be thrown away. */
  swallowAnswer = false;
  /** Number of this delivery, once it is whole. */
  copy: number | undefined;
  receivedBytes = 0;
  readonly #place: ExchangePlace;
  #sendingBytes = 0;
  #sentBytes = 0;
  #lostBytes = 0;
  #lastByteAt: bigint | undefined;
  #settled = false;

  constructor(place: ExchangePlace) {
    this.#place = place;
  }

  get method(): string {
    return this.head.slice(0, this.head.indexOf(' '));
  }

  get path(): string {
    return this.head.split(' ', 2)[1] ?? '';
  }

  /** `x-request-id`; undefined without it, or before the head is there. */
  get call(): string | undefined {
    return this.headComplete ? headerOf(this.head, 'x-request-id') : undefined;
  }

  /** Bytes of it may have reached the upstream. */
  get touched(): boolean {
    return this.#sendingBytes > 0;
  }

  /** What became of it has been said. */
  get settled(): boolean {
    return this.#settled;
  }

  sending(sizeBytes: number): void {
    this.#sendingBytes += sizeBytes;
    // Stamped before the byte leaves: nothing that the server does with the request is earlier.
    if (this.#isAll(this.#sendingBytes)) this.#lastByteAt = process.hrtime.bigint();
  }

  sent(sizeBytes: number): void {
    this.#sentBytes += sizeBytes;
    if (this.#isAll(this.#sentBytes)) this.#delivered(false);
  }

  lost(sizeBytes: number): void {
    this.#lostBytes += sizeBytes;
    if (this.#isAll(this.#lostBytes)) this.settle();
  }

  /** No further byte will be delivered: says what became of the request, once. `held` names what held it. */
  settle(held?: string): void {
    if (this.#settled || this.receivedBytes === 0) return;
    if (this.#lastByteAt !== undefined && this.#isAll(this.#sendingBytes)) {
      this.#delivered(true);
      return;
    }
    this.#settled = true;
    const { call } = this;
    const place = { proxy: this.#place.proxy, conn: this.#place.conn, ...known({ call, held }) };
    if (this.touched) {
      this.#place.hub.emit({ type: 'partial', ...place, bytes: this.#sendingBytes });
    } else {
      this.#place.hub.emit({ type: 'dropped', ...place, bytes: this.receivedBytes });
    }
  }

  #isAll(bytes: number): boolean {
    return this.complete && bytes >= this.receivedBytes;
  }

  #delivered(unconfirmed: boolean): void {
    if (this.#settled) return;
    this.#settled = true;
    const { hub, proxy, conn } = this.#place;
    const { call, method, path } = this;
    this.copy = this.#place.nextCopy(call);
    const what = { method, path, copy: this.copy, ...known({ call }) };
    const doubt = unconfirmed ? { unconfirmed: true as const } : {};
    hub.emit({ type: 'request', proxy, conn, ...what, ...doubt }, this.#lastByteAt);
  }
}

/** An answer. Owns its bytes on their way to the client. */
export class Answer implements Message, ChunkOwner {
  head = '';
  headComplete = false;
  complete = false;
  phase: Phase = 'new';
  /** Bytes that the gate has let through. */
  passedBytes = 0;
  readonly exchange: Exchange | undefined;
  /** When its first byte was seen. */
  readonly seenAt = process.hrtime.bigint();
  told = false;
  readonly #place: ExchangePlace;
  #swallowedTold = false;

  constructor(place: ExchangePlace, exchange: Exchange | undefined) {
    this.#place = place;
    this.exchange = exchange;
  }

  /** Undefined before the status line is there. */
  get status(): number | undefined {
    const digits = /^HTTP\/1\.[01] (\d{3})/.exec(this.head)?.[1];
    return digits === undefined ? undefined : Number(digits);
  }

  /** The answer itself, not a 1xx before it. */
  get final(): boolean {
    const { status } = this;
    return status === undefined || status >= 200 || status === 101;
  }

  /** Its first byte was seen; says so once, when the status is known or none will come. */
  tell(): void {
    if (this.told) return;
    this.told = true;
    const { hub, proxy, conn } = this.#place;
    const about = known({
      call: this.exchange?.call,
      copy: this.exchange?.copy,
      status: this.status,
    });
    hub.emit({ type: 'answer', proxy, conn, ...about }, this.seenAt);
  }

  sending(): void {}

  sent(): void {}

  lost(sizeBytes: number): void {
    if (this.#swallowedTold) return;
    this.#swallowedTold = true;
    const { hub, proxy, conn } = this.#place;
    const about = known({ call: this.exchange?.call });
    hub.emit({ type: 'swallowed', proxy, conn, ...about, bytes: sizeBytes });
  }
}

const METHOD = /^[A-Z]{3,20}(?: |$)/;
const REQUEST_LINE = /^[A-Z]{3,20} (?:\/|\*|https?:)[^\r\n]*(?: HTTP\/1\.[01]\r?\n|$|\r$|[^\n]$)/;

/** How requests look. */
export function requestDialect(
  place: ExchangePlace,
  onNew: (exchange: Exchange) => void,
): Dialect<Exchange> {
  return {
    create: () => {
      const exchange = new Exchange(place);
      onNew(exchange);
      return exchange;
    },
    fits: fitsRequest,
    framing: ({ head, method }) =>
      method === 'CONNECT' ? { kind: 'opaque' } : fieldFraming(head, 'none'),
  };
}

/** How answers look. `next` gives the request that the next answer belongs to. */
export function answerDialect(
  place: ExchangePlace,
  next: () => Exchange | undefined,
): Dialect<Answer> {
  return {
    create: () => new Answer(place, next()),
    fits: (head) =>
      ('HTTP/1.'.startsWith(head.slice(0, 7)) && head.length <= 7) || head.startsWith('HTTP/1.'),
    framing: ({ head, status, exchange }) => {
      if (status === 101) return { kind: 'opaque' };
      const empty = status === 204 || status === 304 || (status !== undefined && status < 200);
      return empty || exchange?.method === 'HEAD'
        ? { kind: 'none' }
        : fieldFraming(head, 'until-close');
    },
  };
}

function fitsRequest(head: string): boolean {
  const lineEnd = head.indexOf('\n');
  if (lineEnd >= 0) return REQUEST_LINE.test(head.slice(0, lineEnd + 1));
  return /^[A-Z]{0,20}$/.test(head) || METHOD.test(head);
}

/** Without the members that are undefined. */
export function known<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
