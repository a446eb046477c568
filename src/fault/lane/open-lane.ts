// Opens a lane: keeps its links and faults, and hands what the proxies report to whom it concerns.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { UnsupportedError } from '../../core/exit.ts';
import type { NodeId } from '../../history/events.ts';
import type { ConnectionName, EndedBy } from '../../store/index.ts';
import type {
  AnnouncedRequest,
  Fault,
  FaultHandle,
  FaultPlace,
  ObservedOutcome,
} from '../fault.ts';
import { faultKind, missingFor } from '../kinds/catalogue.ts';
import type { FaultKind, FaultKindInfo, LaneCapability } from '../kinds/kind.ts';
import { EventLines } from '../proxy/event-lines.ts';
import { openPort } from '../proxy/open-port.ts';
import type { Address, ProxyEvent, ProxyPort } from '../proxy/port.ts';
import { ProxyEffect } from '../proxy/proxy-effect.ts';
import { choosesRequest } from '../proxy/recipe.ts';
import { startTapFault } from '../store/tap-effect.ts';
import { isTapKind } from '../store/tap-rule.ts';
import { CutMemory } from './cut-memory.ts';
import { type FaultEffect, HOLD_MS_MAX, Injection, type Strike } from './injection.ts';
import type { FaultLane, LaneOptions } from './lane.ts';
import { Ledger } from './ledger.ts';
import { type ClientLink, Link, type StoreLink } from './link.ts';

/** Opens the fault lane of one rig. Throws HarnessError when the Toxiproxy can't be spoken to. */
export async function openFaultLane(options: LaneOptions): Promise<FaultLane> {
  const { toxiproxy } = options;
  const proxies = toxiproxy === undefined ? undefined : await openPort(toxiproxy);
  return new Lane(options, proxies);
}

class Lane implements FaultLane {
  readonly capabilities: ReadonlySet<LaneCapability>;
  readonly #options: LaneOptions;
  readonly #proxies: ProxyPort | undefined;
  readonly #ledger: Ledger;
  readonly #lines: EventLines;
  readonly #links = new Set<Link>();
  /** Closed ones too: what their proxies tell last comes late. */
  readonly #everyLink = new Map<string, Link>();
  readonly #injections = new Set<Injection>();
  readonly #proxyEffects = new Map<string, ProxyEffect>();
  readonly #cutting = new CutMemory();
  /** Several lanes may share one Toxiproxy. */
  readonly #prefix = `psc-${randomBytes(4).toString('hex')}`;
  readonly #stopEvents: (() => void) | undefined;
  #trouble: unknown;
  #names = 0;
  #faults = 0;

  constructor(options: LaneOptions, proxies: ProxyPort | undefined) {
    this.#options = options;
    this.#proxies = proxies;
    const { sink, clock, headerStart } = options;
    this.#ledger = new Ledger(sink, clock, headerStart);
    this.#lines = new EventLines(this.#ledger);
    this.capabilities = capabilitiesOf(options, proxies);
    this.#stopEvents = proxies?.extensions?.onEvent((event) => this.#onEvent(event));
  }

  get active(): readonly FaultHandle[] {
    return [...this.#injections];
  }

  async clientLink(node: NodeId, upstream: Address, scenario?: string): Promise<ClientLink> {
    return (await this.#addLink('client-node', node, upstream, scenario)) as Link & ClientLink;
  }

  async storeLink(node: NodeId, upstream: Address): Promise<StoreLink> {
    return (await this.#addLink('node-store', node, upstream)) as Link & StoreLink;
  }

  async nodeStarted(node: NodeId, boot: number, upstream?: Address): Promise<void> {
    this.#lines.nodeStarted(node, boot, this.#ledger.now());
    if (upstream === undefined) return;
    const links = this.#linksOf('client-node', node);
    await Promise.all(links.map((link) => link.retarget(upstream)));
  }

  async inject(fault: Fault): Promise<FaultHandle> {
    const info = faultKind(fault.kind);
    this.#checkSupported(info, fault);
    this.#faults += 1;
    const injection = new Injection({
      id: `f${this.#faults}`,
      fault,
      info,
      ledger: this.#ledger,
      holdMsMax: this.#options.holdMsMax ?? HOLD_MS_MAX,
      drain: () => this.drain(),
      onHealed: (healed) => {
        this.#injections.delete(healed);
        this.#proxyEffects.delete(healed.id);
      },
      holdsFromHit:
        isTapKind(fault.kind) || (this.capabilities.has('proxy-events') && !DOWN.has(fault.kind)),
      onTrouble: (error) => {
        this.#trouble ??= error;
      },
    });
    this.#injections.add(injection);
    await injection.begin((strike) => this.#start(injection.id, fault, strike));
    return injection;
  }

  async healAll(): Promise<void> {
    await Promise.all([...this.#injections].map((injection) => injection.heal()));
    const trouble = this.#trouble;
    this.#trouble = undefined;
    if (trouble !== undefined) throw trouble;
  }

  async drain(): Promise<void> {
    await this.#proxies?.extensions?.drain();
  }

  onProxyLine(listener: Parameters<FaultLane['onProxyLine']>[0]): () => void {
    return this.#ledger.onProxyLine(listener);
  }

  async cutNode(
    node: NodeId,
    mode: 'fin' | 'rst' = 'rst',
    options: { readonly keepHeld?: boolean } = {},
  ): Promise<void> {
    const stores = this.#linksOf('node-store', node);
    if (stores.length > 0) await this.#options.store?.markLaneCut(node);
    const links = [...stores, ...this.#linksOf('client-node', node)];
    await Promise.all(links.map((link) => link.cut(mode, options.keepHeld ?? false)));
    await this.drain();
  }

  cutBy(connection: ConnectionName): EndedBy | undefined {
    return this.#cutting.has(connection.node) ? 'lane' : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.healAll();
    } finally {
      await this.#close();
    }
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#links].map((link) => link.close()));
    await this.drain();
    this.#stopEvents?.();
    await this.#proxies?.[Symbol.asyncDispose]();
  }

  async #addLink(
    where: FaultPlace,
    node: NodeId,
    upstream: Address,
    scenario?: string,
  ): Promise<Link> {
    this.#names += 1;
    const link = new Link({
      name: `${this.#prefix}-${node}-${where === 'client-node' ? 'c' : 's'}${this.#names}`,
      where,
      node,
      scenario,
      upstream,
      proxies: this.#proxies,
      listen: `${this.#options.toxiproxy?.listenHost ?? '127.0.0.1'}:0`,
      onRequest: (at, request) => this.#announce(at, request),
      onOutcome: (at, outcome) => this.#observe(at, outcome),
      onClose: (closed) => this.#links.delete(closed),
    });
    this.#links.add(link);
    this.#everyLink.set(link.name, link);
    await link.open();
    const wanting = [...this.#proxyEffects.values()].filter((effect) => effect.wants(link));
    await Promise.all(wanting.map((effect) => effect.join(link)));
    return link;
  }

  #linksOf(where: FaultPlace, node: NodeId | undefined): readonly Link[] {
    return [...this.#links].filter(
      (link) => link.where === where && (node === undefined || link.node === node),
    );
  }

  #checkSupported(info: FaultKindInfo, fault: Fault): void {
    assert(info.where.includes(fault.where), `${fault.kind} can't strike ${fault.where}`);
    assert(fault.link === undefined || fault.link.where === fault.where, 'a link of another place');
    const { when = {} } = fault;
    let missing = missingFor(fault, this.capabilities);
    if (isTapKind(fault.kind)) {
      assert(when.operation === undefined && when.call === undefined, 'the tap chooses by key');
    } else {
      assert(when.key === undefined && when.op === undefined, 'a proxy chooses by operation');
      // The client of a link of its own tells what it sends; the id of a call it learns too late for that.
      const isAnnounced = fault.link !== undefined && when.call === undefined;
      if (choosesRequest(when) && !isAnnounced && !this.capabilities.has('proxy-trigger')) {
        missing ??= 'proxy-trigger';
      }
    }
    if (missing === undefined) return;
    throw new UnsupportedError(missing, `The fault ${fault.kind} needs ${missing}.`);
  }

  async #start(id: string, fault: Fault, strike: Strike): Promise<FaultEffect> {
    const { store } = this.#options;
    if (isTapKind(fault.kind)) return startTapFault(store!, id, fault, strike);
    const links = fault.link
      ? [fault.link as unknown as Link]
      : this.#linksOf(fault.where, fault.node);
    assert(links.length > 0, `no link for ${fault.kind} between ${fault.where}`);
    const extended = this.#proxies?.extended ?? false;
    const effect = new ProxyEffect({
      id,
      fault,
      links,
      extended,
      store,
      strike,
      drain: () => this.drain(),
      cutting: (node, on) => this.#cutting.set(node, on),
    });
    // Known before it is in force: its first hit may be reported at once.
    this.#proxyEffects.set(id, effect);
    return effect.begin();
  }

  async #announce(link: Link, request: AnnouncedRequest): Promise<void> {
    await Promise.all(
      [...this.#proxyEffects.values()].map((effect) => effect.announce(link, request)),
    );
  }

  #observe(link: Link, outcome: ObservedOutcome): void {
    for (const injection of this.#injections) {
      const effect = this.#proxyEffects.get(injection.id);
      if (!effect?.strikes(link)) continue;
      const before = injection.hits;
      injection.observed(outcome);
      effect.ended(link, injection.hits > before);
    }
  }

  #onEvent(event: ProxyEvent): void {
    const link = this.#everyLink.get(event.proxy);
    if (link === undefined) return;
    const t = this.#ledger.since(BigInt(event.t));
    this.#lines.tell(link, event, t);
    for (const effect of this.#proxyEffects.values()) effect.onEvent(link, event, t);
  }
}

/** Nothing reaches a link that is down, so nothing tells when it was first missed. */
const DOWN: ReadonlySet<FaultKind> = new Set(['refuse', 'flapping']);

function capabilitiesOf(
  { store }: LaneOptions,
  proxies: ProxyPort | undefined,
): ReadonlySet<LaneCapability> {
  const known: LaneCapability[] = [];
  if (proxies !== undefined) known.push('proxy');
  if (proxies?.extended) known.push('proxy-hold', 'proxy-trigger', 'proxy-events');
  if (store !== undefined) known.push('tap');
  return new Set(known);
}
