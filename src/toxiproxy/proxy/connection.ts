// One client's connection through a proxy: two sockets and a link each way. The original closes the whole
// destination when a direction ends; unless strict we hand a half-close on as a half-close.

import type { Socket } from 'node:net';
import { createRandom } from '../../core/random.ts';
import { resetSocket } from '../../core/reset-socket.ts';
import { type Direction, Link, type LinkOwner, type LinkToxic } from '../chain/link.ts';
import { pass } from '../chain/pass.ts';
import type { Behaviour, EndKind } from '../chain/stage.ts';

/** Watches a connection; only proxies that are observed have one. */
export interface ConnectionObserver {
  /** First stage of a direction. */
  gate(direction: Direction): Behaviour;
  /** Called once, when both sockets are set up and bytes are about to flow. */
  opened(connection: Connection): void;
  toxicHit(toxic: LinkToxic, direction: Direction): void;
  closed(connection: Connection): void;
}

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly toxicsOf: (direction: Direction) => readonly LinkToxic[];
  readonly strict: boolean;
  /** Names this connection's random streams. */
  readonly seed: string;
  /** A `reset_peer` is present at the opening: the original resets at any later close. */
  readonly resetAtClose: boolean;
  readonly observer: ConnectionObserver | undefined;
  /** Both sockets are closed. */
  readonly onClosed: (connection: Connection) => void;
  /** A direction has ended: bytes received from its source, bytes sent to its destination. */
  readonly onDirectionEnded?: ((link: Link) => void) | undefined;
}

/** How each of the two sockets ends. */
export interface Sides {
  readonly client?: EndKind;
  readonly upstream?: EndKind;
}

/** A live connection. */
export class Connection implements LinkOwner {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly strict: boolean;
  readonly up: Link;
  readonly down: Link;
  /** How the sockets end when a direction ends with `cut`; both alike when absent. */
  sidesAtEnd: Sides | undefined;
  readonly #options: ConnectionOptions;
  #openSockets = 2;
  #draws = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.client = options.client;
    this.upstream = options.upstream;
    this.strict = options.strict;
    for (const socket of [this.client, this.upstream]) {
      socket.on('error', ignoreError);
      socket.on('close', () => this.#socketClosed());
    }
    this.up = this.#createLink('upstream');
    this.down = this.#createLink('downstream');
    options.observer?.opened(this);
  }

  /** A stream of its own for each toxic on each run, so that a seed repeats what each connection meets. */
  randomOf(toxic: LinkToxic, link: Link): () => number {
    this.#draws += 1;
    const name = `${this.#options.seed}/${link.direction}/${toxic.name}/${this.#draws}`;
    const random = createRandom(name);
    return () => random.next();
  }

  toxicHit(toxic: LinkToxic, link: Link): void {
    this.#options.observer?.toxicHit(toxic, link.direction);
  }

  linkEnded(link: Link): void {
    this.#options.onDirectionEnded?.(link);
    if (!this.strict && link.endKind === 'end') {
      if (!link.dest.destroyed) link.dest.end();
      return;
    }
    if (link.endKind === 'cut' || link.endKind === 'reset') {
      this.end(this.sidesAtEnd ?? { client: link.endKind, upstream: link.endKind });
    } else {
      this.#close(link.dest, link.endKind);
    }
  }

  /** Ends one socket or both now; what is held is lost. */
  end(sides: Sides): void {
    if (sides.client !== undefined) this.#close(this.client, sides.client);
    if (sides.upstream !== undefined) this.#close(this.upstream, sides.upstream);
  }

  /** Ends both sockets now; what is held is lost. */
  destroy(kind: EndKind = 'close'): void {
    this.end({ client: kind, upstream: kind });
  }

  #createLink(direction: Direction): Link {
    const upwards = direction === 'upstream';
    const { observer, toxicsOf } = this.#options;
    return new Link({
      direction,
      source: upwards ? this.client : this.upstream,
      dest: upwards ? this.upstream : this.client,
      toxics: toxicsOf(direction),
      first: observer?.gate(direction) ?? pass,
      owner: this,
    });
  }

  #close(socket: Socket, kind: EndKind): void {
    if (socket.destroyed) return;
    if (kind === 'reset' || (this.strict && this.#options.resetAtClose)) resetSocket(socket);
    else socket.destroy();
  }

  #socketClosed(): void {
    this.#openSockets -= 1;
    if (this.#openSockets > 0) {
      this.#finishHalfClosed();
      return;
    }
    this.up.dispose();
    this.down.dispose();
    this.#options.observer?.closed(this);
    this.#options.onClosed(this);
  }

  /** A socket that has already passed its half-close on is gone: nobody is left for the other one's bytes. */
  #finishHalfClosed(): void {
    const pairs = [
      [this.up, this.down],
      [this.down, this.up],
    ] as const;
    for (const [link, opposite] of pairs) {
      if (link.ended && link.source.destroyed && !opposite.ended) this.#close(link.dest, 'close');
    }
  }
}

/** Every error of a socket is followed by its `close`, which is what we act on. */
function ignoreError(): void {}
