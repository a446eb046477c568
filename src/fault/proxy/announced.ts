// What a fault strikes where the Toxiproxy can't see requests: its clients say what they are about to send, and how it
// ended. So a toxic, which strikes a connection, strikes one exchange.

import type { AnnouncedRequest, FaultWhen } from '../fault.ts';
import type { FaultKind } from '../kinds/kind.ts';
import type { Link } from '../lane/link.ts';
import { choosesRequest } from './recipe.ts';

/** Faults of one exchange: over when they have struck as often as they may. */
const OF_ONE_EXCHANGE: ReadonlySet<FaultKind> = new Set([
  'timeout-request',
  'timeout-answer',
  'reset-before-request',
  'reset-after-request',
  'cut-answer',
]);

/** What is swallowed shows when its caller is told of the end; who still waits for that is waited for so long, ms. */
const TELL_MS_MAX = 1_000;

/** How the fault is put on a link, and taken off it again. */
export interface AnnouncedActs {
  isApplied(link: Link): boolean;
  apply(link: Link): Promise<void>;
  withdraw(link: Link): Promise<void>;
}

/** The announced requests of the links of one fault. */
export class Announced {
  /** It comes in force with the request that it chooses, not before. */
  readonly chooses: boolean;
  readonly #when: FaultWhen;
  readonly #acts: AnnouncedActs;
  readonly #hitsMax: number;
  /** Links on which a struck request waits for its end. */
  readonly #waiting = new Set<Link>();
  readonly #changing = new Set<Promise<void>>();
  #whenEnded: (() => void) | undefined;
  #matches = 0;
  #hits = 0;
  #isHealing = false;

  constructor(kind: FaultKind, when: FaultWhen = {}, acts: AnnouncedActs) {
    this.#when = when;
    this.#acts = acts;
    this.chooses = choosesRequest(when);
    this.#hitsMax = OF_ONE_EXCHANGE.has(kind) ? (when.times ?? 1) : Number.POSITIVE_INFINITY;
  }

  get waiting(): readonly Link[] {
    return [...this.#waiting];
  }

  /** It may not strike any more. */
  get isSpent(): boolean {
    return this.#hits >= this.#hitsMax;
  }

  /** A request is about to go out: resolves when the fault is in force if it chooses it. */
  async announce(link: Link, request: AnnouncedRequest): Promise<void> {
    // What has struck before goes away first.
    await this.settled();
    if (this.#isHealing) return;
    if (this.#takes(request) && !this.#acts.isApplied(link)) {
      await this.#change(this.#acts.apply(link));
    }
    if (this.#acts.isApplied(link)) this.#waiting.add(link);
  }

  /** A call of the link ended, and whether the fault explains it. */
  ended(link: Link, isHit: boolean): void {
    if (isHit) this.#hits += 1;
    this.#waiting.delete(link);
    if (this.#waiting.size === 0) this.#whenEnded?.();
    if (isHit && this.isSpent) void this.#change(this.#acts.withdraw(link));
  }

  /** From now on it comes in force no more; resolves when nothing is half done. */
  async healing(): Promise<void> {
    this.#isHealing = true;
    await this.settled();
  }

  /** Resolves when no struck request waits for its end any more, or soon. */
  async allEnded(): Promise<void> {
    if (this.#waiting.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TELL_MS_MAX);
      this.#whenEnded = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Nothing is half done. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#changing);
  }

  async #change(work: Promise<void>): Promise<void> {
    this.#changing.add(work);
    await work.finally(() => this.#changing.delete(work));
  }

  #takes({ method, path }: AnnouncedRequest): boolean {
    if (this.isSpent) return false;
    const { operation, nth = 1 } = this.#when;
    if (operation?.method !== undefined && operation.method !== method) return false;
    if (operation?.path !== undefined && !fits(operation.path, path)) return false;
    this.#matches += 1;
    return this.#matches >= nth;
  }
}

function fits(wanted: RegExp | string, path: string): boolean {
  return typeof wanted === 'string' ? path.split('?', 1)[0] === wanted : wanted.test(path);
}
