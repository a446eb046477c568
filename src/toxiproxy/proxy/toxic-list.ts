// The toxics of one proxy, in chain order for each stream, applied to its live links as they change.

import type { Direction, Link } from '../chain/link.ts';
import type { Toxic } from './toxic.ts';

/** Toxics of a proxy. */
export class ToxicList {
  readonly #chains: Record<Direction, Toxic[]> = { upstream: [], downstream: [] };
  readonly #links: () => Iterable<Link>;

  /** `links`: the live links of the proxy. */
  constructor(links: () => Iterable<Link>) {
    this.#links = links;
  }

  /** Upstream first, then downstream, each as added. */
  all(): readonly Toxic[] {
    return [...this.#chains.upstream, ...this.#chains.downstream];
  }

  of(direction: Direction): readonly Toxic[] {
    return this.#chains[direction];
  }

  find(name: string): Toxic | undefined {
    return this.all().find((toxic) => toxic.name === name);
  }

  add(toxic: Toxic): void {
    const direction = directionOf(toxic);
    this.#chains[direction].push(toxic);
    for (const link of this.#linksOf(direction)) link.add(toxic);
  }

  /** Its attributes or toxicity changed: it runs anew on every live link, toxicity drawn again. */
  update(toxic: Toxic): void {
    for (const link of this.#linksOf(directionOf(toxic))) link.update(toxic);
  }

  remove(toxic: Toxic): void {
    const chain = this.#chains[directionOf(toxic)];
    chain.splice(chain.indexOf(toxic), 1);
    for (const link of this.#linksOf(directionOf(toxic))) link.remove(toxic);
  }

  clear(): void {
    for (const toxic of this.all()) this.remove(toxic);
  }

  #linksOf(direction: Direction): Link[] {
    return [...this.#links()].filter((link) => link.direction === direction);
  }
}

/** The direction that a toxic's `stream` names, in any case. */
export function directionOf(toxic: { readonly stream: string }): Direction {
  return parseDirection(toxic.stream) ?? 'downstream';
}

/** `upstream` or `downstream` in any case; undefined for any other text. */
export function parseDirection(stream: string): Direction | undefined {
  const lower = stream.toLowerCase();
  return lower === 'upstream' || lower === 'downstream' ? lower : undefined;
}
