// The rules of one proxy: which acts on an exchange at a point.

import type { Rule, RulePoint, RuleState } from './wire.ts';

/** What a rule is matched against. */
export interface RuleSubject {
  readonly method: string;
  readonly path: string;
  readonly call: string | undefined;
  readonly status?: number | undefined;
}

interface Entry {
  readonly rule: Rule & { readonly id: string };
  readonly pattern: RegExp | undefined;
  seen: number;
  acted: number;
}

/** Rules in the order in which they were added; the first that acts wins. */
export class RuleBook {
  readonly #entries = new Map<string, Entry>();

  /** Throws SyntaxError for a pattern that is no regular expression. */
  add(rule: Rule & { readonly id: string }): void {
    const source = rule.match?.pathPattern;
    const pattern = source === undefined ? undefined : new RegExp(source);
    this.#entries.set(rule.id, { rule, pattern, seen: 0, acted: 0 });
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** False when there is none of that id. */
  remove(id: string): boolean {
    return this.#entries.delete(id);
  }

  list(): RuleState[] {
    return [...this.#entries.values()].map(({ rule, seen, acted }) => ({ ...rule, seen, acted }));
  }

  /** Whether a rule for one of these points may still act. */
  armed(points: readonly RulePoint[]): boolean {
    for (const entry of this.#entries.values()) {
      if (points.includes(entry.rule.point) && !isSpent(entry)) return true;
    }
    return false;
  }

  /** The rule that acts on this exchange at this point; it is counted as having acted. */
  claim(point: RulePoint, subject: RuleSubject): (Rule & { readonly id: string }) | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.rule.point !== point || isSpent(entry) || !fits(entry, subject)) continue;
      entry.seen += 1;
      if (entry.seen < (entry.rule.match?.nth ?? 1)) continue;
      entry.acted += 1;
      return entry.rule;
    }
    return undefined;
  }
}

function isSpent({ rule, acted }: Entry): boolean {
  return rule.times !== 'always' && acted >= (rule.times ?? 1);
}

function fits({ rule, pattern }: Entry, subject: RuleSubject): boolean {
  const match = rule.match;
  if (match === undefined) return true;
  if (match.method !== undefined && match.method !== subject.method) return false;
  if (match.call !== undefined && match.call !== subject.call) return false;
  if (match.status !== undefined && match.status !== subject.status) return false;
  return pattern === undefined || pattern.test(subject.path);
}
