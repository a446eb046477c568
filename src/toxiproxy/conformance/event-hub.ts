// Numbers the events of an engine and sends them to every subscriber at once, one JSON line each.

import type { Writable } from 'node:stream';
import type { ProxyEvent } from './wire.ts';

/** An event without what the hub adds. */
export type EventBody = ProxyEvent extends infer E
  ? E extends ProxyEvent
    ? Omit<E, 'seq' | 't'>
    : never
  : never;

/** A subscriber that takes nothing for so long is let go rather than fill the memory. */
const BACKLOG_BYTES_MAX = 256 * 1024 * 1024;

/** The event stream of an engine. */
export class EventHub {
  readonly #subscribers = new Set<Writable>();
  #seq = 0;
  #lines: string[] = [];

  /** Whether anybody listens. Events are numbered all the same. */
  get watched(): boolean {
    return this.#subscribers.size > 0;
  }

  /** `at`: when it happened, if not now. */
  emit(event: EventBody, at = process.hrtime.bigint()): void {
    this.#seq += 1;
    if (!this.watched) return;
    if (this.#lines.length === 0) queueMicrotask(() => this.#flush());
    this.#lines.push(JSON.stringify({ seq: this.#seq, t: String(at), ...event }));
  }

  /** Sends all later events to `out`, the first line at once. */
  subscribe(out: Writable): void {
    this.#flush();
    const t = String(process.hrtime.bigint());
    out.write(`${JSON.stringify({ type: 'hello', seq: this.#seq, t })}\n`);
    this.#subscribers.add(out);
    out.on('close', () => this.#subscribers.delete(out));
    out.on('error', () => this.#subscribers.delete(out));
  }

  /** Resolves with the last event's number when all events so far have left to every subscriber. */
  async drain(): Promise<number> {
    const last = this.#seq;
    this.#flush();
    await Promise.all(
      [...this.#subscribers].map(
        (out) =>
          new Promise<void>((resolve) => {
            out.once('close', resolve);
            out.write('', () => {
              out.removeListener('close', resolve);
              resolve();
            });
          }),
      ),
    );
    return last;
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    for (const out of this.#subscribers) {
      out.write(text);
      if (out.writableLength > BACKLOG_BYTES_MAX) out.destroy();
    }
  }
}
