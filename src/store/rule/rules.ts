// All rules in force, and what they do together to one request at one point.

import type { Exchange } from '../tap/exchange.ts';
import { ActiveRule, type Release } from './active-rule.ts';
import type { RuleHandle, RulePoint, StoreRule } from './rule.ts';

/** How the rest of the answer goes out. */
export interface Shape {
  readonly rule: string;
  readonly truncateBytes?: number;
  readonly bytesPerSecond?: number;
}

/** What the rules of one point decided. */
export type Decision =
  | { readonly kind: 'go' }
  | {
      readonly kind: 'fail';
      readonly rule: string;
      readonly status: number;
      readonly code: string;
      readonly retryAfter?: number;
    }
  | { readonly kind: 'reset'; readonly rule: string }
  | { readonly kind: 'swallow'; readonly rule: string };

const GO: Decision = { kind: 'go' };

/** The rules of one store. They act in the order in which they were added; the first that ends a request is the last to act. */
export class Rules {
  readonly #active = new Set<ActiveRule>();

  add(rule: StoreRule): RuleHandle {
    const active = new ActiveRule(rule, (removed) => this.#active.delete(removed));
    this.#active.add(active);
    return active;
  }

  /** Applies all rules of a point; undefined where none has anything to say, so that nothing is awaited. */
  at(point: RulePoint, exchange: Exchange): Promise<Decision> | undefined {
    if (this.#active.size === 0 || exchange.writer.node === 'suite') return undefined;
    const taken = [...this.#active].filter(
      (active) => active.rule.point === point && active.takes(exchange),
    );
    return taken.length === 0 ? undefined : apply(taken, exchange);
  }

  /** Ends the waits of the chosen requests, whatever rule holds them. */
  end(release: Release, chosen: (exchange: Exchange) => boolean): void {
    for (const active of this.#active) active.end(release, chosen);
  }

  /** Removes every rule. */
  clear(): void {
    for (const active of [...this.#active]) active.remove();
  }
}

async function apply(taken: readonly ActiveRule[], exchange: Exchange): Promise<Decision> {
  for (const active of taken) {
    active.strike(exchange);
    exchange.noteFault(active.id);
    const decision = await act(active, exchange);
    if (decision.kind !== 'go') return decision;
  }
  return GO;
}

async function act(active: ActiveRule, exchange: Exchange): Promise<Decision> {
  const { action, id: rule } = active.rule;
  switch (action.kind) {
    case 'watch':
      return GO;
    case 'hold':
      return wait(active, exchange);
    case 'delay':
      return wait(active, exchange, action.ms);
    case 'fail': {
      const { kind: _kind, ...answer } = action;
      return { kind: 'fail', rule, ...answer };
    }
    case 'reset':
      return { kind: 'reset', rule };
    case 'drop':
      active.swallow(exchange);
      return { kind: 'swallow', rule };
    case 'truncate':
      exchange.shape = { ...exchange.shape, rule, truncateBytes: action.bytes };
      return GO;
    case 'slow':
      exchange.shape = { ...exchange.shape, rule, bytesPerSecond: action.bytesPerSecond };
      return GO;
  }
}

async function wait(active: ActiveRule, exchange: Exchange, ms?: number): Promise<Decision> {
  exchange.heldBy = active.id;
  const release = await active.hold(exchange, ms);
  exchange.heldBy = undefined;
  if (release.kind === 'go') return GO;
  const rule = active.id;
  return release.kind === 'drop' ? { kind: 'reset', rule } : { ...release, rule };
}
