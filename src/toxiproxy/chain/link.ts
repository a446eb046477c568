// One direction of a connection: reader → first stage → a stage for each toxic → writer. Toxics come, change and
// go while bytes flow; what a changed toxic and the one before it hold leaves at once, in order.

import type { Socket } from 'node:net';
import { Channel } from './channel.ts';
import { pass } from './pass.ts';
import { Reader } from './reader.ts';
import { type Behaviour, type EndKind, Stage } from './stage.ts';
import { Writer } from './writer.ts';

/** A toxic as a chain needs it: identity, buffer, and how it acts on one connection. */
export interface LinkToxic {
  readonly name: string;
  readonly type: string;
  /** Chunks that its input may hold. */
  readonly bufferMax: number;
  /** Fresh state of this toxic on one connection, kept over updates (`limit_data` counts in it). */
  newState(): unknown;
  /** Draws the toxicity and gives the behaviour of the next run. */
  start(link: Link, state: unknown): Behaviour;
  /** What its removal does besides: `timeout` ends the stream. */
  readonly closesOnRemoval: boolean;
}

/** What a link, and the toxics that run on it, need of their connection. */
export interface LinkOwner {
  /** Act as the original does even where that hurts its users. */
  readonly strict: boolean;
  /** Numbers in [0, 1) for the next run of this toxic on this link. */
  randomOf(toxic: LinkToxic, link: Link): () => number;
  /** The toxic acted for the first time in this run. */
  toxicHit(toxic: LinkToxic, link: Link): void;
  /** The stream of this link has ended and everything before its end is written. */
  linkEnded(link: Link): void;
}

interface ToxicStage {
  readonly toxic: LinkToxic;
  readonly state: unknown;
  readonly stage: Stage;
}

/** Which way the bytes of a link go. */
export type Direction = 'upstream' | 'downstream';

/** How a link is put together. */
export interface LinkOptions {
  readonly direction: Direction;
  readonly source: Socket;
  readonly dest: Socket;
  readonly toxics: readonly LinkToxic[];
  /** Behaviour of the first stage: the observer's gate, or `pass`. */
  readonly first: Behaviour;
  readonly owner: LinkOwner;
}

/** A running link. */
export class Link {
  readonly direction: Direction;
  readonly source: Socket;
  readonly dest: Socket;
  readonly owner: LinkOwner;
  readonly reader: Reader;
  readonly writer: Writer;
  /** How the stream ends, as far as is known. */
  endKind: EndKind = 'end';
  /** The end has reached the destination. */
  ended = false;
  readonly first: Stage;
  readonly #stages: ToxicStage[] = [];

  constructor(options: LinkOptions) {
    this.direction = options.direction;
    this.source = options.source;
    this.dest = options.dest;
    this.owner = options.owner;
    const head = new Channel(0);
    const tail = new Channel(0);
    this.first = new Stage(head, tail, options.first, this);
    tail.producer = this.first;
    this.reader = new Reader(options.source, head, () => this.#raiseEnd('close'));
    this.writer = new Writer(options.dest, tail, () => {
      this.ended = true;
      options.owner.linkEnded(this);
    });
    for (const toxic of options.toxics) this.add(toxic);
  }

  stageClosed(kind: EndKind): void {
    this.#raiseEnd(kind);
  }

  /** Puts a toxic last, nearest to the destination. */
  add(toxic: LinkToxic): void {
    const last = this.#stages.at(-1);
    const previous = last?.stage ?? this.first;
    const input = new Channel(toxic.bufferMax);
    const state = toxic.newState();
    const running = previous.interrupt();
    const stage = new Stage(input, previous.output, toxic.start(this, state), this);
    if (!running) {
      // A closed chain stays as it is; one that can't be interrupted is about to close.
      stage.closed = true;
      return;
    }
    stage.output.producer = stage;
    previous.output = input;
    input.producer = previous;
    this.#stages.push({ toxic, state, stage });
    stage.pump();
    previous.run(last?.toxic.start(this, last.state) ?? previous.behaviour);
  }

  /** The toxic's attributes or toxicity changed: it runs anew. False when it can't be interrupted. */
  update(toxic: LinkToxic): boolean {
    const entry = this.#stages.find((candidate) => candidate.toxic === toxic);
    if (entry === undefined || entry.stage.closed) return true;
    if (!entry.stage.interrupt()) return false;
    entry.stage.run(toxic.start(this, entry.state));
    return true;
  }

  /** Takes a toxic out; what it and its predecessor hold passes on. False when it can't be interrupted. */
  remove(toxic: LinkToxic): boolean {
    const index = this.#stages.findIndex((candidate) => candidate.toxic === toxic);
    const entry = this.#stages[index];
    if (entry === undefined || entry.stage.closed) return true;
    if (!entry.stage.interrupt()) return false;
    if (toxic.closesOnRemoval) {
      entry.stage.close('close');
      return true;
    }
    this.#splice(index, entry.stage);
    return true;
  }

  /** The connection is gone: every wait ends, and what is held is forgotten. */
  dispose(): void {
    for (const stage of [this.first, ...this.#stages.map((entry) => entry.stage)]) {
      if (stage.closed) continue;
      stage.closed = true;
      stage.cancelWait();
      stage.behaviour.dispose?.();
    }
  }

  #splice(index: number, stage: Stage): void {
    const before = this.#stages[index - 1];
    const previous = before?.stage ?? this.first;
    const running = previous.interrupt();
    const { input, output } = stage;
    // The stage is out of the way: its queue is emptied by hand, past any limit, for nothing may be lost.
    input.consumer = undefined;
    input.producer = undefined;
    for (let chunk = input.take(); chunk !== undefined; chunk = input.take()) output.put(chunk);
    if (input.done || !running) {
      // The predecessor has ended, or will soon and by itself: the stage stays as a mere pipe.
      input.consumer = stage;
      input.producer = previous;
      stage.run(pass);
      return;
    }
    stage.closed = true;
    this.#stages.splice(index, 1);
    previous.output = output;
    output.producer = previous;
    previous.run(before?.toxic.start(this, before.state) ?? previous.behaviour);
  }

  #raiseEnd(kind: EndKind): void {
    const order: readonly EndKind[] = ['end', 'close', 'cut', 'reset'];
    if (order.indexOf(kind) > order.indexOf(this.endKind)) this.endKind = kind;
  }
}
