// One proxy: name, addresses, toxics, and the connections that run through it.

import type { Socket } from 'node:net';
import type { Link } from '../chain/link.ts';
import { formatAddress, GoAddressError, resolveAddress } from '../golang/address.ts';
import { Connection, type ConnectionObserver } from './connection.ts';
import { ListenError, Listener } from './listener.ts';
import { ToxicList } from './toxic-list.ts';

/** What the API sets of a proxy. */
export interface ProxySettings {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

/** What a proxy needs of the engine. */
export interface ProxyHost {
  readonly strict: boolean;
  /** Seed of the run; every random choice follows from it. */
  readonly seed: string;
  /** A direction of a connection ended; counts for the metrics. Undefined when they are off. */
  readonly onDirectionEnded?: ((proxy: ToxicProxy, link: Link) => void) | undefined;
}

/** Watches the connections of an observed proxy. */
export interface ProxyObserver {
  connection(proxy: ToxicProxy): ConnectionObserver;
  /** The upstream can't be reached: the client, paused, is the observer's to end. */
  refused(proxy: ToxicProxy, client: Socket): void;
  /** The proxy stops: its connections are about to end. */
  stopped(proxy: ToxicProxy): void;
  /** The proxy is gone for good; `stopped` came before. */
  removed(): void;
}

/** A proxy. */
export class ToxicProxy {
  readonly name: string;
  listen: string;
  upstream: string;
  readonly toxics: ToxicList;
  readonly connections = new Set<Connection>();
  readonly observer: ProxyObserver | undefined;
  readonly #host: ProxyHost;
  #listener: Listener | undefined;
  #accepted = 0;

  constructor(
    host: ProxyHost,
    settings: { name: string; listen: string; upstream: string },
    observer?: ProxyObserver,
  ) {
    this.#host = host;
    this.name = settings.name;
    this.listen = settings.listen;
    this.upstream = settings.upstream;
    this.observer = observer;
    this.toxics = new ToxicList(() => this.#links());
  }

  get enabled(): boolean {
    return this.#listener !== undefined;
  }

  /** Listens. Does nothing when it already does. Throws ListenError, and is off then. */
  async start(): Promise<void> {
    if (this.#listener !== undefined) return;
    const listener = await Listener.open(this.listen, {
      upstream: () => this.upstream,
      serial: this.#host.strict,
      onConnected: (client, upstream) => this.#connect(client, upstream),
      onRefused: (client) => {
        if (this.observer === undefined) client.destroy();
        else this.observer.refused(this, client);
      },
    });
    this.#listener = listener;
    this.listen = listener.address;
  }

  /** Refuses new clients and closes the live ones; toxics stay. */
  stop(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.observer?.stopped(this);
    for (const connection of this.connections) connection.destroy();
  }

  /** Changes listen, upstream or both by stop, set, start. Throws ListenError; a busy listen is kept, off. */
  async update(settings: ProxySettings): Promise<void> {
    const wasEnabled = this.enabled;
    const differs = await this.differs(settings);
    if (differs) {
      this.stop();
      this.listen = settings.listen;
      this.upstream = settings.upstream;
    }
    if (settings.enabled && (differs || !wasEnabled)) await this.start();
    else if (!settings.enabled) this.stop();
  }

  /** Whether listen (resolved, then compared as text) or upstream are others. Throws ListenError. */
  async differs(settings: { listen: string; upstream: string }): Promise<boolean> {
    try {
      const listen = formatAddress(await resolveAddress(settings.listen));
      return this.listen !== listen || this.upstream !== settings.upstream;
    } catch (error) {
      if (error instanceof GoAddressError) throw new ListenError(error.message);
      throw error;
    }
  }

  #connect(client: Socket, upstream: Socket): void {
    this.#accepted += 1;
    const ordinal = this.#accepted;
    const connection = new Connection({
      client,
      upstream,
      strict: this.#host.strict,
      seed: `${this.#host.seed}/${this.name}/${ordinal}`,
      toxicsOf: (direction) => this.toxics.of(direction),
      resetAtClose: this.toxics.all().some((toxic) => toxic.kind.type === 'reset_peer'),
      observer: this.observer?.connection(this),
      onClosed: () => this.connections.delete(connection),
      onDirectionEnded: this.#host.onDirectionEnded?.bind(undefined, this),
    });
    this.connections.add(connection);
    client.resume();
    upstream.resume();
  }

  *#links(): Generator<Link> {
    for (const connection of this.connections) yield* [connection.up, connection.down];
  }
}
