// What the extensions of one engine share: the event stream, what is held, ids.

import { ProxyWatch, type WatchHost } from '../observe/proxy-watch.ts';
import { EventHub } from './event-hub.ts';
import { HeldBook } from './held-book.ts';

/** The extensions of an engine. */
export class Conformance implements WatchHost {
  readonly hub = new EventHub();
  readonly held = new HeldBook();
  #conns = 0;
  #rules = 0;

  nextConn(): string {
    this.#conns += 1;
    return `c${this.#conns}`;
  }

  nextRule(): string {
    this.#rules += 1;
    return `r${this.#rules}`;
  }

  /** An observer for a new proxy. */
  watch(proxyName: string): ProxyWatch {
    return new ProxyWatch(proxyName, this);
  }
}
