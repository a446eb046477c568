// A fault in force, whatever makes it: its hits, who waits for them, and its end.

import { HarnessError } from '../../core/exit.ts';
import type { Fault, FaultHandle, FaultHit, ObservedOutcome } from '../fault.ts';
import type { FaultKind, FaultKindInfo } from '../kinds/kind.ts';
import type { Ledger } from './ledger.ts';

/** Longest time that anything is held, ms (judging section 3), and the bound of `maxHoldMs`. */
export const HOLD_MS_MAX = 4000;
const HOLD_MS_LIMIT = 14_000;

/** What makes a fault, once it is in force. */
export interface FaultEffect {
  readonly held: readonly string[];
  release(id?: string): Promise<void>;
  drop(id?: string): Promise<void>;
  duplicate(id?: string): Promise<void>;
  /** A call's end as its client saw it: the hit that it proves, or undefined. */
  infer(outcome: ObservedOutcome): Struck | undefined;
  /** Takes the fault away; resolves once nothing of it acts any more. */
  heal(): Promise<void>;
}

/** What an effect tells of a hit; without `t` it is this moment. */
export type Struck = Omit<FaultHit, 't'> & { readonly t?: number };

/** Told by an effect for each hit; hits of one `once` count once. */
export type Strike = (hit: Struck, once?: string) => void;

/** What an injection needs of its lane. */
export interface InjectionOptions {
  readonly id: string;
  readonly fault: Fault;
  readonly info: FaultKindInfo;
  readonly ledger: Ledger;
  /** Longest time that it may hold anything where the fault does not say it, ms. */
  readonly holdMsMax: number;
  /** Reported hits so far have been told. */
  readonly drain: () => Promise<void>;
  readonly onHealed: (injection: Injection) => void;
  /** Its hits are told, so the time of what it holds counts from the first; otherwise from the beginning. */
  readonly holdsFromHit: boolean;
  /** It could not heal when its time had come, and nobody waits for it. */
  readonly onTrouble: (error: unknown) => void;
}

interface Waiter {
  readonly count: number;
  readonly resolve: (hit: FaultHit) => void;
  readonly reject: (reason: unknown) => void;
}

/** State of one fault; also its handle. */
export class Injection implements FaultHandle {
  readonly struck: FaultHit[] = [];
  readonly #options: InjectionOptions;
  readonly #known = new Set<string>();
  readonly #waiters = new Set<Waiter>();
  #effect: FaultEffect | undefined;
  #starting: Promise<FaultEffect> | undefined;
  readonly #timers: NodeJS.Timeout[] = [];
  #healing: Promise<void> | undefined;
  #healed = false;

  constructor(options: InjectionOptions) {
    this.#options = options;
  }

  get id(): string {
    return this.#options.id;
  }

  get kind(): FaultKind {
    return this.#options.fault.kind;
  }

  get hits(): number {
    return this.struck.length;
  }

  get healed(): boolean {
    return this.#healed;
  }

  get held(): readonly string[] {
    return this.#effect?.held ?? [];
  }

  /** Puts the fault in force and starts the clock of its end. */
  async begin(start: (strike: Strike) => Promise<FaultEffect>): Promise<void> {
    const { id, fault, ledger } = this.#options;
    ledger.fault('inject', id, fault);
    try {
      this.#starting = start((hit, once) => this.#strike(hit, once));
      this.#effect = await this.#starting;
    } catch (error) {
      this.#end();
      throw error;
    }
    this.#endAfter(fault.until?.afterMs);
    if (!this.#options.holdsFromHit) this.#endAfter(this.#holdMs);
  }

  hit(signal?: AbortSignal, n = 1): Promise<FaultHit> {
    const known = this.struck[n - 1];
    if (known !== undefined) return Promise.resolve(known);
    if (this.#healed) return Promise.reject(this.#missed());
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = (): void => waiter.reject(signal?.reason);
      const settle = (): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        count: n,
        resolve: (hit) => {
          settle();
          resolve(hit);
        },
        reject: (reason) => {
          settle();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  async release(id?: string): Promise<void> {
    if (!this.#healed) await this.#effect?.release(id);
  }

  async drop(id?: string): Promise<void> {
    if (!this.#healed) await this.#effect?.drop(id);
  }

  async duplicate(id?: string): Promise<void> {
    if (!this.#healed) await this.#effect?.duplicate(id);
  }

  observed(outcome: ObservedOutcome): void {
    if (this.#healed) return;
    const hit = this.#effect?.infer(outcome);
    if (hit !== undefined) this.#strike(hit, `call ${outcome.call}`);
  }

  heal(): Promise<void> {
    this.#healing ??= this.#heal();
    return this.#healing;
  }

  async #heal(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    try {
      // What is only half in force can't be taken away: its beginning is waited for.
      const effect = this.#effect ?? (await this.#starting?.catch(() => undefined));
      await effect?.heal();
      await this.#options.drain();
    } finally {
      this.#end();
    }
  }

  #end(): void {
    if (this.#healed) return;
    this.#healed = true;
    const { id, fault, ledger, onHealed } = this.#options;
    ledger.fault('heal', id, fault);
    onHealed(this);
    for (const waiter of this.#waiters) waiter.reject(this.#missed());
  }

  #missed(): HarnessError {
    return new HarnessError(`fault ${this.id} (${this.kind}) healed after ${this.hits} hits`);
  }

  #strike(told: Struck, once?: string): void {
    if (this.#healed || (once !== undefined && this.#known.has(once))) return;
    if (once !== undefined) this.#known.add(once);
    const { id, fault, ledger } = this.#options;
    const hit: FaultHit = { ...told, t: told.t ?? ledger.now() };
    this.struck.push(hit);
    if (this.hits === 1 && this.#options.holdsFromHit) this.#endAfter(this.#holdMs);
    ledger.fault('hit', id, fault, hit);
    for (const waiter of this.#waiters) {
      if (this.hits >= waiter.count) waiter.resolve(this.struck[waiter.count - 1]!);
    }
  }

  /** Longest time that it may hold something, ms; undefined: it holds nothing. */
  get #holdMs(): number | undefined {
    const { fault, info, holdMsMax } = this.#options;
    if (!info.holds) return undefined;
    return Math.min(fault.parameters?.maxHoldMs ?? holdMsMax, HOLD_MS_LIMIT);
  }

  /** Heals after so many ms, if not before. */
  #endAfter(ms: number | undefined): void {
    if (ms === undefined || this.#healing !== undefined) return;
    this.#timers.push(setTimeout(() => this.heal().catch(this.#options.onTrouble), ms));
  }
}
