// A rule in force: which requests it chooses, how often it struck, what it holds.
import picomatch from 'picomatch';
import type { Exchange } from '../tap/exchange.ts';
import type { RuleHandle, RuleHit, StoreRule } from './rule.ts';

/** How a wait at a rule ended. */
export type Release =
  | { readonly kind: 'go' }
  | { readonly kind: 'fail'; readonly status: number; readonly code: string }
  | { readonly kind: 'drop' };

interface Waiter {
  readonly count: number;
  resolve(): void;
}

/** State of one rule; also its handle. */
export class ActiveRule implements RuleHandle {
  readonly rule: StoreRule;
  readonly #matchesKey: (key: string) => boolean;
  readonly #onRemove: (rule: ActiveRule) => void;
  readonly #holding = new Map<Exchange, (release: Release) => void>();
  readonly #swallowed = new Set<Exchange>();
  readonly #waiters = new Set<Waiter>();
  #seen = 0;
  #hits = 0;

  constructor(rule: StoreRule, onRemove: (rule: ActiveRule) => void) {
    this.rule = rule;
    this.#onRemove = onRemove;
    this.#matchesKey = keyMatcher(rule.key);
  }

  get id(): string {
    return this.rule.id;
  }

  get hits(): number {
    return this.#hits;
  }

  get held(): readonly string[] {
    return [...this.#holding.keys()].map((exchange) => exchange.req);
  }

  /** Whether it strikes this request now; counts the request. */
  takes(exchange: Exchange): boolean {
    if (!this.#chooses(exchange)) return false;
    this.#seen += 1;
    const skip = this.rule.skip ?? 0;
    return this.#seen > skip && this.#seen <= skip + (this.rule.times ?? Number.POSITIVE_INFINITY);
  }

  /** Tells that it strikes. */
  strike(exchange: Exchange): void {
    this.#hits += 1;
    this.rule.onHit?.(this.#hit(exchange));
    for (const waiter of this.#waiters) if (this.#hits >= waiter.count) waiter.resolve();
  }

  /** Holds the request; `ms` lets it go by itself. */
  hold(exchange: Exchange, ms?: number): Promise<Release> {
    return new Promise((resolve) => {
      const end = (release: Release): void => {
        clearTimeout(timer);
        if (this.#holding.delete(exchange)) resolve(release);
      };
      const timer = ms === undefined ? undefined : setTimeout(end, ms, { kind: 'go' });
      this.#holding.set(exchange, end);
    });
  }

  /** Keeps the connection of a swallowed request open until the rule is removed. */
  swallow(exchange: Exchange): void {
    this.#swallowed.add(exchange);
  }

  release(req?: string): void {
    this.end({ kind: 'go' }, (exchange) => req === undefined || exchange.req === req);
  }

  fail(req?: string, status = 503, code = 'SlowDown'): void {
    this.end({ kind: 'fail', status, code }, (exchange) => !req || exchange.req === req);
  }

  drop(req?: string): void {
    this.end({ kind: 'drop' }, (exchange) => req === undefined || exchange.req === req);
  }

  /** Ends the waits of the chosen requests. */
  end(release: Release, chosen: (exchange: Exchange) => boolean): void {
    for (const [exchange, resolve] of this.#holding) if (chosen(exchange)) resolve(release);
  }

  remove(): void {
    this.#onRemove(this);
    this.release();
    for (const exchange of this.#swallowed) exchange.connection.reset();
    this.#swallowed.clear();
  }

  waitHit(n: number, signal?: AbortSignal): Promise<void> {
    if (this.#hits >= n) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.delete(waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        count: n,
        resolve: () => {
          this.#waiters.delete(waiter);
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  #chooses(exchange: Exchange): boolean {
    const { node, boot, tenant, op } = this.rule;
    const { writer, action } = exchange;
    if (node !== undefined && node !== writer.node) return false;
    if (boot !== undefined && boot !== writer.boot) return false;
    if (tenant !== undefined && !exchange.tenants.includes(tenant)) return false;
    if (op !== undefined && !op.includes(action.op)) return false;
    return action.keys.some(this.#matchesKey);
  }

  #hit(exchange: Exchange): RuleHit {
    const tenant = exchange.tenants[0];
    return {
      rule: this.rule.id,
      count: this.#hits,
      point: this.rule.point,
      req: exchange.req,
      node: exchange.writer.node,
      boot: exchange.writer.boot,
      op: exchange.action.op,
      keys: exchange.action.keys,
      ...(tenant === undefined ? {} : { tenant }),
    };
  }
}

function keyMatcher(key: RegExp | string | undefined): (key: string) => boolean {
  if (key === undefined) return () => true;
  if (typeof key === 'string') return picomatch(key, { dot: true });
  // A sticky or global pattern would remember where it stopped.
  const pattern = new RegExp(key.source, key.flags.replace(/[gy]/g, ''));
  return (text) => pattern.test(text);
}
