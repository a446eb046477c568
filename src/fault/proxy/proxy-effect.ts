// Puts a proxy fault in force on one link or on all of a node, and counts what it strikes.

import type { NodeId } from '../../history/events.ts';
import type { AnnouncedRequest, Fault, ObservedOutcome } from '../fault.ts';
import { endsConnections } from '../kinds/catalogue.ts';
import type { FaultEffect, Strike, Struck } from '../lane/injection.ts';
import type { Link } from '../lane/link.ts';
import type { StorePort } from '../store/tap-effect.ts';
import { Announced } from './announced.ts';
import { Flapping } from './flapping.ts';
import { hitsAtTap, inferHit, type TapHits } from './infer.ts';
import type { ProxyEvent } from './port.ts';
import { type Recipe, recipeFor } from './recipe.ts';

/** What an effect is made from. */
export interface ProxyEffectOptions {
  readonly id: string;
  readonly fault: Fault;
  readonly links: readonly Link[];
  readonly extended: boolean;
  readonly store: StorePort | undefined;
  readonly strike: Strike;
  readonly drain: () => Promise<void>;
  /** From now on (or no longer) it ends store connections of the node. */
  readonly cutting: (node: NodeId, on: boolean) => void;
}

type Held = { readonly link: Link; readonly conn: string; readonly label: string };

/** One proxy fault in force. */
export class ProxyEffect implements FaultEffect {
  readonly #options: ProxyEffectOptions;
  readonly #recipe: Recipe;
  readonly #links = new Set<Link>();
  readonly #held = new Map<string, Held>();
  readonly #applied = new Set<Link>();
  readonly #passing = new Set<Promise<void>>();
  /** Connections whose caller goes as soon as their request is delivered. */
  readonly #leaving = new Map<string, string | undefined>();
  readonly #struck = new Map<string, Link>();
  readonly #flapping = new Map<Link, Flapping>();
  /** Undefined where the Toxiproxy sees requests by itself. */
  readonly #announced: Announced | undefined;
  /** When it came in force; undefined before. */
  #startMs: number | undefined;
  #tapHits: TapHits | undefined;
  #trouble: unknown;

  constructor(options: ProxyEffectOptions) {
    this.#options = options;
    const { id, fault, extended } = options;
    this.#recipe = recipeFor(id, fault, extended);
    if (extended) return;
    this.#announced = new Announced(fault.kind, fault.when, {
      isApplied: (link) => this.#applied.has(link),
      apply: (link) => this.#apply(link),
      withdraw: (link) => this.#withdraw(link),
    });
  }

  get held(): readonly string[] {
    // What waits at the gate only waits for the fault.
    const held = this.#recipe.gate ? [] : [...this.#held.values()].map(({ label }) => label);
    // Whoever waits for an answer that was swallowed is held as well.
    const waiting = this.#recipe.swallows ? (this.#announced?.waiting ?? []) : [];
    return [...held, ...waiting.map(({ name }) => name)];
  }

  async begin(): Promise<this> {
    const { fault, extended, store, strike } = this.#options;
    if (fault.where === 'node-store' && !extended && store !== undefined) {
      this.#tapHits = hitsAtTap(this.#links, { store, kind: fault.kind, strike });
    }
    const joined = await Promise.allSettled(this.#options.links.map((link) => this.join(link)));
    const failed = joined.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return this;
    // Half a fault is none: the links that took it are healed.
    await this.heal().catch(() => undefined);
    throw failed.reason;
  }

  /** Whether it also strikes links of the node that are added later. */
  wants(link: Link): boolean {
    const { link: one, node, where } = this.#options.fault;
    return one === undefined && link.where === where && (node === undefined || node === link.node);
  }

  /** Whether it acts on this link. */
  strikes(link: Link): boolean {
    return this.#links.has(link);
  }

  /** Acts on one more link. */
  async join(link: Link): Promise<void> {
    this.#links.add(link);
    if (this.#ends(link)) this.#options.cutting(link.node, true);
    const { gate } = this.#recipe;
    if (gate !== undefined) await link.proxies.extensions?.addRule(link.name, gate);
    else if (!this.#announced?.chooses) await this.#apply(link);
  }

  /** A request is about to go out on the link: resolves when the fault is in force if it chooses it. */
  async announce(link: Link, request: AnnouncedRequest): Promise<void> {
    if (this.#links.has(link)) await this.#announced?.announce(link, request);
  }

  /** A call of the link ended, and whether the fault explains it. */
  ended(link: Link, isHit: boolean): void {
    this.#announced?.ended(link, isHit);
  }

  /** Puts the recipe in force. */
  async #apply(link: Link): Promise<void> {
    this.#applied.add(link);
    if (this.#announced?.chooses) this.#startMs = performance.now();
    else this.#startMs ??= performance.now();
    const { toxics = [], rule, disable } = this.#recipe;
    const { proxies } = link;
    await Promise.all(toxics.map((toxic) => proxies.addToxic(link.name, toxic)));
    if (rule !== undefined) await proxies.extensions?.addRule(link.name, rule);
    if (disable === undefined) return;
    await this.#disable(link);
    if (disable.flapMs === undefined) return;
    const flapping = new Flapping(disable.flapMs, {
      down: () => this.#disable(link),
      up: () => link.enable(),
    });
    this.#flapping.set(link, flapping);
  }

  /** An event of one of its links. */
  onEvent(link: Link, event: ProxyEvent, t: number): void {
    if (!this.#links.has(link)) return;
    const { id } = this.#options;
    if (event.type === 'toxic-hit' && event.toxic.startsWith(`${id}-`)) {
      this.#hit(link, event.conn, t, undefined, `${event.conn}`);
    } else if (event.type === 'rule-hit' && event.rule === id) {
      if (this.#recipe.endAfterRequest) this.#leaving.set(event.conn, event.call);
      else if (event.action !== 'hold') this.#hit(link, event.conn, t, event.call);
    } else if (event.type === 'request' && this.#leaving.has(event.conn)) {
      this.#watch(this.#leaveNode(link, event.conn));
    } else if (event.type === 'answer') {
      this.#leaving.delete(event.conn);
    } else if (event.type === 'held' && event.rule === id) {
      this.#held.set(event.held, { link, conn: event.conn, label: event.call ?? event.held });
      if (this.#recipe.gate) this.#watch(this.#passGate(link, event.held));
      else this.#hit(link, event.conn, t, event.call);
      if (this.#recipe.copies) this.#watch(this.#operate(event.held, 'duplicate'));
    } else if (event.type === 'released') {
      this.#held.delete(event.held);
    } else if (event.type === 'dropped') {
      this.#forgetDropped(event.conn, event.held);
    }
  }

  release(id?: string): Promise<void> {
    return this.#operateAll('release', id);
  }

  drop(id?: string): Promise<void> {
    return this.#operateAll('drop', id);
  }

  duplicate(id?: string): Promise<void> {
    return this.#operateAll('duplicate', id);
  }

  infer(outcome: ObservedOutcome): Struck | undefined {
    const { fault, extended } = this.#options;
    if (this.#startMs === undefined || this.#announced?.isSpent) return undefined;
    const sinceMs = performance.now() - this.#startMs;
    return inferHit(fault, outcome, { extended, sinceMs }) ? { call: outcome.call } : undefined;
  }

  async heal(): Promise<void> {
    this.#tapHits?.healing();
    const trouble = await this.#end().catch((error: unknown) => error);
    await this.#tapHits?.end();
    const first = this.#trouble ?? trouble;
    if (first !== undefined) throw first;
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#links].map((link) => this.#leave(link)));
    for (const link of this.#links) if (this.#ends(link)) this.#options.cutting(link.node, false);
    if (this.#recipe.swallows) await this.#announced?.allEnded();
    if (!(this.#recipe.rule ?? this.#recipe.gate) || !this.#options.extended) return;
    await this.#options.drain();
    await this.#operateAll('release');
  }

  /** Takes the fault away from one link. */
  async #leave(link: Link): Promise<void> {
    const { gate } = this.#recipe;
    if (gate !== undefined) {
      await link.proxies.extensions?.removeRule(link.name, gate.id);
      await this.#options.drain();
    }
    await Promise.all(this.#passing);
    await this.#announced?.healing();
    await this.#withdraw(link);
  }

  /** Undoes what was put in force. */
  async #withdraw(link: Link): Promise<void> {
    if (!this.#applied.delete(link)) return;
    const { toxics = [], rule, disable, swallows } = this.#recipe;
    const { proxies } = link;
    if (rule !== undefined) await proxies.extensions?.removeRule(link.name, rule.id);
    if (swallows) await this.#resetSwallowed(link);
    await Promise.all(toxics.map((toxic) => proxies.removeToxic(link.name, toxic.name)));
    if (disable === undefined) return;
    const up = await this.#flapping.get(link)?.stop();
    if (!up) await link.enable();
  }

  /** Whether a store connection that ends now was ended by this fault rather than by the node. */
  #ends(link: Link): boolean {
    return link.where === 'node-store' && endsConnections(this.#options.fault.kind);
  }

  async #resetSwallowed(link: Link): Promise<void> {
    const { extensions } = link.proxies;
    if (extensions === undefined) return;
    await this.#options.drain();
    const conns = [...this.#struck].filter(([, owner]) => owner === link).map(([conn]) => conn);
    await Promise.all(conns.map((conn) => extensions.cut(link.name, { mode: 'rst', conn })));
  }

  async #disable(link: Link): Promise<void> {
    const { store } = this.#options;
    if (link.where === 'node-store') await store?.markLaneCut(link.node);
    const open = [...link.connections];
    await link.disable();
    for (const conn of open) this.#hit(link, conn, undefined, undefined, conn);
  }

  #hit(link: Link, conn: string, t?: number, call?: string, once?: string): void {
    this.#struck.set(conn, link);
    const known = call ?? link.calls.get(conn);
    this.#options.strike(
      {
        conn,
        node: link.node,
        ...(t === undefined ? {} : { t }),
        ...(known === undefined ? {} : { call: known }),
      },
      once,
    );
  }

  async #operateAll(operation: 'release' | 'drop' | 'duplicate', label?: string): Promise<void> {
    const chosen = [...this.#held].filter(([id, held]) =>
      label === undefined ? true : label === id || label === held.label,
    );
    await Promise.all(chosen.map(([id]) => this.#operate(id, operation)));
    await this.#options.drain();
  }

  async #operate(id: string, operation: 'release' | 'drop' | 'duplicate'): Promise<void> {
    const held = this.#held.get(id);
    if (operation !== 'duplicate') this.#held.delete(id);
    const extensions = held?.link.proxies.extensions;
    if (held === undefined || extensions === undefined) return;
    await extensions.held(id, operation);
    // Nothing will answer any more: the caller learns it now rather than at its own time-out.
    if (operation === 'drop')
      await extensions.cut(held.link.name, { mode: 'rst', conn: held.conn });
  }

  /** The chosen request has come: the fault begins, and the request meets it. */
  #passGate(link: Link, held: string): Promise<void> {
    const passing = this.#apply(link).then(() => this.#operate(held, 'release'));
    this.#passing.add(passing);
    return passing;
  }

  /** Its caller goes; a call that was answered before is none that lost its caller. */
  async #leaveNode(link: Link, conn: string): Promise<void> {
    const mode = this.#recipe.endAfterRequest ?? 'fin';
    const call = this.#leaving.get(conn);
    await link.proxies.extensions?.cut(link.name, { mode, conn });
    await this.#options.drain();
    if (this.#leaving.delete(conn)) this.#hit(link, conn, undefined, call);
  }

  /** What is done because of an event has nobody who waits for it: its trouble is told at heal. */
  #watch(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#trouble ??= error;
    });
  }

  #forgetDropped(conn: string, held: string | undefined): void {
    if (held !== undefined) this.#held.delete(held);
    for (const [id, one] of this.#held) if (one.conn === conn) this.#held.delete(id);
  }
}
