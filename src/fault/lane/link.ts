// A link: one proxy between one client and one node, or between one node and the store.

import { HarnessError } from '../../core/exit.ts';
import type { NodeId } from '../../history/events.ts';
import type { AnnouncedRequest, FaultPlace, ObservedOutcome } from '../fault.ts';
import { formatAddress } from '../proxy/plain-port.ts';
import type { Address, ProxyPort } from '../proxy/port.ts';

/** A link as its user sees it. */
export interface FaultLink extends AsyncDisposable {
  /** Name of its proxy; of the upstream where there is no Toxiproxy. */
  readonly name: string;
  readonly where: FaultPlace;
  readonly node: NodeId;
  /** On whose behalf it is used. */
  readonly scenario: string | undefined;
  /** Where its client connects, the same for its whole life. */
  readonly host: string;
  readonly port: number;
  /** `http://host:port`. */
  readonly url: string;
  /** Leads to another address from now on: the node was started on another port. Live connections end when it differs. */
  retarget(upstream: Address): Promise<void>;
  /**
   * A request is about to be sent on it: resolves when the faults that choose it are in force. A Toxiproxy with triggers sees
   * requests by itself; with another one a fault that chooses strikes announced requests only.
   */
  sending(request: AnnouncedRequest): Promise<void>;
  /** Tells every fault in force on it how a call ended; see `FaultHandle.observed`. */
  observed(outcome: ObservedOutcome): void;
  /** Removes the proxy; live connections end. Idempotent. */
  close(): Promise<void>;
}

/** Link of one logical client to one node. */
export interface ClientLink extends FaultLink {
  readonly where: 'client-node';
}

/** Link of one node to the store. */
export interface StoreLink extends FaultLink {
  readonly where: 'node-store';
}

/** What a link is made from. */
export interface LinkOptions {
  readonly name: string;
  readonly where: FaultPlace;
  readonly node: NodeId;
  readonly scenario: string | undefined;
  readonly upstream: Address;
  /** Undefined: no Toxiproxy, the client goes straight to the upstream. */
  readonly proxies: ProxyPort | undefined;
  /** Where the proxy listens. */
  readonly listen: string;
  readonly onRequest: (link: Link, request: AnnouncedRequest) => Promise<void>;
  readonly onOutcome: (link: Link, outcome: ObservedOutcome) => void;
  readonly onClose: (link: Link) => void;
}

/** State of one link. */
export class Link implements FaultLink {
  readonly name: string;
  readonly where: FaultPlace;
  readonly node: NodeId;
  readonly scenario: string | undefined;
  /** Connections that are open, as far as events told. */
  readonly connections = new Set<string>();
  /** Last call that was seen on a connection. */
  readonly calls = new Map<string, string>();
  readonly #options: LinkOptions;
  #address: Address;
  #upstream: Address;
  #disabledBy = 0;
  #closing: Promise<void> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.name = options.name;
    this.where = options.where;
    this.node = options.node;
    this.scenario = options.scenario;
    this.#upstream = options.upstream;
    this.#address = options.upstream;
  }

  get host(): string {
    return this.#address.host;
  }

  get port(): number {
    return this.#address.port;
  }

  get url(): string {
    return `http://${formatAddress(this.#address)}`;
  }

  /** The Toxiproxy that serves it. */
  get proxies(): ProxyPort {
    const { proxies } = this.#options;
    if (proxies === undefined) throw new HarnessError(`link ${this.name} has no proxy`);
    return proxies;
  }

  get proxied(): boolean {
    return this.#options.proxies !== undefined;
  }

  /** Adds its proxy. */
  async open(): Promise<void> {
    const { name, upstream, proxies, listen } = this.#options;
    if (proxies === undefined) return;
    this.#address = await proxies.create({ name, listen, upstream: formatAddress(upstream) });
  }

  async retarget(upstream: Address): Promise<void> {
    const text = formatAddress(upstream);
    if (text === formatAddress(this.#upstream) || this.#closing) return;
    this.#upstream = upstream;
    if (this.proxied) await this.proxies.update(this.name, { upstream: text });
    else this.#address = upstream;
  }

  sending(request: AnnouncedRequest): Promise<void> {
    return this.#options.onRequest(this, request);
  }

  observed(outcome: ObservedOutcome): void {
    this.#options.onOutcome(this, outcome);
  }

  /** Stops listening; counts, because several faults may want it. */
  async disable(): Promise<void> {
    this.#disabledBy += 1;
    if (this.#disabledBy === 1) await this.#enable(false);
  }

  /** Takes one `disable` back. */
  async enable(): Promise<void> {
    this.#disabledBy -= 1;
    if (this.#disabledBy === 0) await this.#enable(true);
  }

  /** Ends live connections. A Toxiproxy without extensions ends them by FIN and throws away what they carry. */
  async cut(mode: 'fin' | 'rst', keepHeld: boolean): Promise<void> {
    if (!this.proxied || this.#closing) return;
    const { extensions } = this.proxies;
    if (extensions !== undefined) {
      await extensions.cut(this.name, { mode, keepHeld });
    } else if (this.#disabledBy === 0) {
      await this.#enable(false);
      await this.#enable(true);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    if (this.proxied) await this.proxies.remove(this.name);
    this.#options.onClose(this);
  }

  async #enable(enabled: boolean): Promise<void> {
    if (this.#closing === undefined) await this.proxies.update(this.name, { enabled });
  }
}
