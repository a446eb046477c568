// First stage of an observed direction. It sees where messages begin and end, keeps what is held (bytes and the
// end alike) and lets the rest pass at once, in order.

import type { Chunk, ChunkOwner } from '../chain/chunk.ts';
import type { Behaviour, EndKind, Stage } from '../chain/stage.ts';
import type { Phase } from './exchange.ts';
import type { Message, MessageParser, Segment } from './http-message.ts';

/** A message as a gate needs it. */
export interface GatedMessage extends Message, ChunkOwner {
  phase: Phase;
}

/** Bytes that wait at a gate. */
export interface Waiting<M extends GatedMessage> extends Segment<M> {
  readonly readAt: number;
}

/** What to do with the bytes at the head of the queue. */
export type Verdict = 'pass' | 'wait' | 'drop' | { readonly passBytes: number };

/** More than this is not read while it is held; the source is then slowed down by TCP. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** A gate for messages of one kind. */
export abstract class Gate<M extends GatedMessage> implements Behaviour {
  readonly queue: Waiting<M>[] = [];
  /** The source has ended; nothing more will come. */
  ended = false;
  /** The end may not pass although nothing waits before it. */
  endHeld = false;
  protected stage: Stage | undefined;
  /** Holds of the whole stream, by id. */
  readonly #frozenBy = new Set<string>();
  #waitingBytes = 0;

  protected abstract readonly parser: MessageParser<M>;

  /** Decides on the first bytes of the queue. */
  protected abstract decide(waiting: Waiting<M>): Verdict;

  /** Bytes arrived and were cut into segments; nothing was decided yet. */
  protected abstract arrived(segments: readonly Segment<M>[]): void;

  /** The source ended. */
  protected abstract sourceEnded(): void;

  /** Bytes wait because the stream as a whole is held. */
  protected abstract frozenBytes(waiting: Waiting<M> | undefined, holds: ReadonlySet<string>): void;

  /** Bytes have passed. */
  protected passed(_waiting: Waiting<M>): void {}

  step(stage: Stage): boolean {
    this.stage = stage;
    if (this.#passFirst(stage)) return true;
    if (stage.closed) return false;
    if (this.#waitingBytes < WAITING_BYTES_MAX) {
      const chunk = stage.input.take();
      if (chunk !== undefined) {
        this.#accept(chunk);
        return true;
      }
    }
    if (stage.input.done && !this.ended) {
      this.ended = true;
      this.sourceEnded();
      return true;
    }
    return false;
  }

  /** A gate is never replaced, and what it holds has its own release. */
  interrupt(): boolean {
    return true;
  }

  /** Goes on after something was released. */
  resume(): void {
    this.stage?.pump();
  }

  freeze(hold: string): void {
    this.#frozenBy.add(hold);
  }

  thaw(hold: string): void {
    if (this.#frozenBy.delete(hold)) this.resume();
  }

  get frozen(): boolean {
    return this.#frozenBy.size > 0;
  }

  /** Bytes that wait here. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Everything of this message that waits here. */
  bytesOf(message: M): Buffer {
    const own = this.queue.filter((waiting) => waiting.message === message);
    return Buffer.concat(own.map((waiting) => waiting.data));
  }

  /** Ends the stream here, after what has passed. */
  close(kind: EndKind): void {
    this.stage?.close(kind);
  }

  /** Throws away what waits; the bytes' owners are told. */
  discard(): void {
    for (const { data, message } of this.queue.splice(0)) message?.lost(data.length);
    this.#waitingBytes = 0;
  }

  #accept(chunk: Chunk): void {
    const segments = this.parser.feed(chunk.data);
    this.arrived(segments);
    for (const segment of segments) {
      this.queue.push({ ...segment, readAt: chunk.readAt });
      this.#waitingBytes += segment.data.length;
    }
  }

  /** True when the head of the queue, or the end, was dealt with. */
  #passFirst(stage: Stage): boolean {
    const waiting = this.queue[0];
    if (this.frozen && (waiting !== undefined || this.ended)) {
      this.frozenBytes(waiting, this.#frozenBy);
      return false;
    }
    if (waiting === undefined) {
      if (this.ended && !this.endHeld) stage.close('end');
      return false;
    }
    const verdict = this.decide(waiting);
    if (verdict === 'wait' || stage.closed) return false;
    if (verdict === 'pass') this.#pass(stage, waiting, waiting.data.length);
    else if (verdict === 'drop') this.#drop(waiting);
    else if (verdict.passBytes > 0) this.#pass(stage, waiting, verdict.passBytes);
    return true;
  }

  #pass(stage: Stage, waiting: Waiting<M>, sizeBytes: number): void {
    const { data, message, readAt } = waiting;
    const passed = { data: data.subarray(0, sizeBytes), message, readAt };
    if (sizeBytes === data.length) this.queue.shift();
    else this.queue[0] = { data: data.subarray(sizeBytes), message, readAt };
    this.#waitingBytes -= sizeBytes;
    stage.emit({ data: passed.data, readAt, owner: message });
    this.passed(passed);
  }

  #drop(waiting: Waiting<M>): void {
    this.queue.shift();
    this.#waitingBytes -= waiting.data.length;
    waiting.message?.lost(waiting.data.length);
  }
}
