// A link that goes down and comes up in turns.

/** What a turn does. */
export interface FlapTurns {
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Begins with the link down. */
export class Flapping {
  readonly #periodMs: number;
  readonly #turns: FlapTurns;
  #timer: NodeJS.Timeout;
  #up = false;
  #stopped = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(periodMs: number, turns: FlapTurns) {
    this.#periodMs = periodMs;
    this.#turns = turns;
    this.#timer = setTimeout(() => this.#next(), periodMs);
  }

  /** Ends it after the turn under way; resolves with whether the link is up. */
  async stop(): Promise<boolean> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
    return this.#up;
  }

  #next(): void {
    this.#turn = this.#flip().catch(() => undefined); // The link itself tells its trouble at heal.
  }

  async #flip(): Promise<void> {
    if (this.#up) await this.#turns.down();
    else await this.#turns.up();
    this.#up = !this.#up;
    if (!this.#stopped) this.#timer = setTimeout(() => this.#next(), this.#periodMs);
  }
}
