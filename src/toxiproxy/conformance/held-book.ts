// Everything that is held in an engine, by id.

import type { Holding } from './held.ts';

/** Held messages and streams. */
export class HeldBook {
  readonly #byId = new Map<string, Holding>();
  #last = 0;

  nextId(): string {
    this.#last += 1;
    return `h${this.#last}`;
  }

  add(holding: Holding): void {
    this.#byId.set(holding.id, holding);
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }

  get(id: string): Holding | undefined {
    return this.#byId.get(id);
  }

  all(): Holding[] {
    return [...this.#byId.values()];
  }
}
