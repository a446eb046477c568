// Reads the engine's event stream. The subscription is open before `openEventStream` resolves, so nothing that
// happens afterwards is missed.

import { request } from 'node:http';
import { HarnessError } from '../../core/exit.ts';
import type { HelloEvent, ProxyEvent } from '../conformance/wire.ts';

/** A running subscription. */
export interface EventStream extends AsyncDisposable {
  /** Number of the last event that was handed on. */
  readonly seq: number;
  /** Resolves when the event of this number was handed on; rejects when the stream ends before. */
  reach(seq: number): Promise<void>;
  /** Rejects when the stream breaks; resolves when it was closed by us. */
  readonly ended: Promise<void>;
  close(): void;
}

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Subscribes. `onEvent` is called for each event in order. Throws HarnessError when there is no such stream. */
export function openEventStream(
  apiUrl: string,
  onEvent: (event: ProxyEvent) => void,
): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const stream = new Subscription(onEvent, (opened) => resolve(opened));
    const outgoing = request(new URL('/conformance/events', apiUrl), { agent: false });
    stream.stop = () => outgoing.destroy();
    outgoing.on('error', (error) => {
      reject(new HarnessError(`The event stream of Toxiproxy can't be opened: ${error.message}.`));
      stream.fail(error);
    });
    outgoing.on('response', (incoming) => {
      if (incoming.statusCode !== 200) {
        reject(new HarnessError(`Toxiproxy has no event stream (status ${incoming.statusCode}).`));
        outgoing.destroy();
        return;
      }
      incoming.setEncoding('utf8');
      incoming.on('data', (text: string) => stream.read(text));
      incoming.on('error', (error) => stream.fail(error));
      incoming.on('close', () => stream.fail(new Error('the stream ended')));
    });
    outgoing.end();
  });
}

class Subscription implements EventStream {
  seq = 0;
  readonly ended: Promise<void>;
  stop: () => void = () => undefined;
  readonly #onEvent: (event: ProxyEvent) => void;
  readonly #onOpen: (stream: EventStream) => void;
  readonly #waiters = new Set<Waiter>();
  #finish: (error?: Error) => void = () => undefined;
  #rest = '';
  #closed = false;
  #failure: Error | undefined;

  constructor(onEvent: (event: ProxyEvent) => void, onOpen: (stream: EventStream) => void) {
    this.#onEvent = onEvent;
    this.#onOpen = onOpen;
    this.ended = new Promise((resolve, reject) => {
      this.#finish = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever does not look at `ended` must not crash by it.
    this.ended.catch(() => undefined);
  }

  read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) this.#take(JSON.parse(line) as ProxyEvent | HelloEvent);
  }

  reach(seq: number): Promise<void> {
    if (this.seq >= seq) return Promise.resolve();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiters.add({ seq, resolve, reject }));
  }

  close(): void {
    this.#closed = true;
    this.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = new HarnessError(`The event stream of Toxiproxy broke: ${error.message}.`);
    for (const waiter of this.#waiters) waiter.reject(this.#failure);
    this.#waiters.clear();
    this.#finish(this.#closed ? undefined : this.#failure);
  }

  #take(event: ProxyEvent | HelloEvent): void {
    this.seq = event.seq;
    if (event.type === 'hello') this.#onOpen(this);
    else this.#onEvent(event);
    for (const waiter of this.#waiters) {
      if (waiter.seq > this.seq) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
