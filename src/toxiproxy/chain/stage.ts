// One place in a chain: it takes chunks from its input, lets a behaviour (a toxic, the observer's gate, or
// nothing) act on them, and gives them to its output. One step at a time, and none while the output is full.

import type { Channel } from './channel.ts';
import type { Chunk } from './chunk.ts';
import { startTimer, type Timer } from './timer.ts';

/**
 * How a stream ends, weakest first. `end`: the source said FIN. `close`: the source is gone or a toxic ended
 * the stream; the other direction follows through its own chain. `cut`: both sockets end now. `reset`: as `cut`,
 * but with RST.
 */
export type EndKind = 'end' | 'close' | 'cut' | 'reset';

/** What a stage does with its chunks. It has state of its own and serves one stage only. */
export interface Behaviour {
  /** Does one thing: takes a chunk, emits a piece, starts a wait. False when it has to wait for input. */
  step(stage: Stage): boolean;
  /** Lets go at once of what it holds; afterwards it is not used again. False: it can't be interrupted. */
  interrupt(stage: Stage): boolean;
  /** The connection is gone: ends timers of its own. */
  dispose?(): void;
}

/** Whoever owns the stage learns how its stream ended. */
export interface StageOwner {
  stageClosed(kind: EndKind): void;
}

/** A stage of a chain. */
export class Stage {
  readonly input: Channel;
  output: Channel;
  closed = false;
  behaviour: Behaviour;
  readonly #owner: StageOwner;
  #timer: Timer | undefined;
  #pumping = false;
  #suspended = false;

  constructor(input: Channel, output: Channel, behaviour: Behaviour, owner: StageOwner) {
    this.input = input;
    this.output = output;
    this.behaviour = behaviour;
    this.#owner = owner;
    input.consumer = this;
  }

  /** Goes on as far as it can. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#mayStep() && this.behaviour.step(this));
    } finally {
      this.#pumping = false;
    }
  }

  emit(chunk: Chunk): void {
    this.output.put(chunk);
  }

  /** Nothing is done for `delayMs`; then `next`, then further steps. A delay of 0 or less calls `next` at once. */
  wait(delayMs: number, next: () => void): void {
    if (delayMs <= 0) {
      next();
      return;
    }
    this.#timer = startTimer(delayMs, () => {
      this.#timer = undefined;
      next();
      this.pump();
    });
  }

  get waiting(): boolean {
    return this.#timer !== undefined;
  }

  /** Ends the wait without calling what it waits for. */
  cancelWait(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Ends the stream here: nothing passes any more. */
  close(kind: EndKind): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelWait();
    this.#owner.stageClosed(kind);
    this.output.end();
  }

  /**
   * Interrupts the behaviour: what it holds leaves now, and nothing is taken until `run`.
   * False when closed, or when it refuses.
   */
  interrupt(): boolean {
    if (this.closed) return false;
    // What leaves makes room, which would let the behaviour take a chunk that nobody would free again.
    this.#suspended = true;
    if (!this.behaviour.interrupt(this)) {
      this.#suspended = false;
      return false;
    }
    this.cancelWait();
    return true;
  }

  /** Goes on with this behaviour. */
  run(behaviour: Behaviour): void {
    this.behaviour = behaviour;
    this.#suspended = false;
    this.pump();
  }

  #mayStep(): boolean {
    return !this.closed && !this.#suspended && this.#timer === undefined && !this.output.full;
  }
}
