// The ledger of one scenario: what was decided, what was found, what stayed open. Suites write here and
// nowhere else; the verdict is computed from it.

import type { Finding, FindingRequest } from '../../core/finding.ts';
import { type Verdict, worstVerdict } from '../../core/verdict.ts';
import type { ScenarioResult } from './result.ts';

/** Detail of a check that did not hold. */
export interface CheckDetail {
  /** One sentence: what was wrong. Default: the name of the check. */
  readonly message?: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly request?: FindingRequest;
  /** `fail` (default) or `warn`, by the rules of judging section 8. */
  readonly level?: 'fail' | 'warn';
  readonly kind?: Finding['kind'];
  readonly contradiction?: string;
  readonly tenant?: string;
  readonly node?: string;
}

/** Where a scenario's words are written down. */
export interface Ledger {
  /** One distinct check of a requirement: passes when `ok`, otherwise leaves a finding. Returns `ok`. */
  check(requirement: string, name: string, ok: boolean, detail?: CheckDetail): boolean;
  /** One distinct check whose findings, if any, are told by themselves. */
  decide(requirement: string, name: string, verdict: Verdict): void;
  /** A finding of a judge or checker; does not count as a check. */
  finding(finding: Finding): void;
  /** The requirement could not be decided: too little evidence, or our own limit. */
  undecided(requirement: string, reason: string): void;
  /** The target or provider lacks what the requirement needs: the capabilities `lacks`, if it is those. */
  unsupported(requirement: string, reason: string, lacks?: readonly string[]): void;
  /** A case of the scenario was left out, for the provider lacks a capability; the others decide. */
  leaveOut(capability: string, what: string): void;
  /** One more answer was judged. */
  exchange(): void;
  /** One more faulted flow: (tenant, operation, fault that really hit). */
  faultedFlow(): void;
}

/**
 * Writes into a result. Once `isClosed` nothing is written any more: what a body that was aborted still says comes from calls that
 * were never sent.
 */
export function createLedger(result: ScenarioResult, isClosed = (): boolean => false): Ledger {
  const names = new Set<string>();
  const known = new Set<string>();
  const decide = (requirement: string, verdict: Verdict, checks: number, reason?: string): void => {
    if (isClosed()) return;
    const before = result.decisions[requirement];
    if (before === undefined) {
      result.decisions[requirement] = { checks, verdict, ...(reason ? { reason } : {}) };
      return;
    }
    before.checks += checks;
    before.verdict = mergeVerdicts(before.verdict, verdict);
    if (reason !== undefined && before.verdict === verdict) before.reason = reason;
  };
  const lack = (requirement: string, reason: string, lacks: readonly string[]): void => {
    decide(requirement, 'unsupported', 0, reason);
    const decision = result.decisions[requirement];
    if (decision?.verdict !== 'unsupported' || lacks.length === 0) return;
    decision.lacks = [...new Set([...(decision.lacks ?? []), ...lacks])];
  };
  const find = (finding: Finding): void => {
    if (isClosed()) return;
    // The same sentence about the same request again says nothing new.
    const key = findingKey(finding);
    if (known.has(key)) return;
    known.add(key);
    result.findings.push(finding);
  };
  function decideCheck(requirement: string, name: string, verdict: Verdict): void {
    if (isClosed()) return;
    const full = `${requirement}: ${name}`;
    decide(requirement, verdict, names.has(full) ? 0 : 1);
    if (!names.has(full)) result.checks.push(full);
    names.add(full);
  }
  return {
    decide: decideCheck,
    check(requirement, name, ok, detail = {}) {
      const isServer = (detail.kind ?? 'server') === 'server';
      decideCheck(requirement, name, ok ? 'pass' : isServer ? (detail.level ?? 'fail') : 'warn');
      if (!ok) find(toFinding(requirement, name, detail));
      return ok;
    },
    finding: find,
    undecided: (requirement, reason) => decide(requirement, 'undecided', 0, reason),
    unsupported: (requirement, reason, lacks = []) => lack(requirement, reason, lacks),
    leaveOut(capability, what) {
      result.leftOut ??= {};
      const known = result.leftOut[capability] ?? [];
      result.leftOut[capability] = known;
      if (!known.includes(what)) known.push(what);
    },
    exchange: () => {
      result.exchanges += 1;
    },
    faultedFlow: () => {
      result.faultedFlows += 1;
    },
  };
}

/** What makes a finding new: of the document, its sentence alone; of a server, the request and the tenant too. */
function findingKey(finding: Finding): string {
  const { requirement, message, kind, tenant, request } = finding;
  if (kind === 'document' && finding.contradiction !== undefined) {
    return JSON.stringify([requirement, message.replaceAll(/\/\d+(?=\/|\b)/g, '/*')]);
  }
  return JSON.stringify([requirement, message, tenant, request?.url, request?.method]);
}

/** Within one scenario the worst word counts, but an unsupported way does not colour a decided one. */
function mergeVerdicts(a: Verdict, b: Verdict): Verdict {
  if (a === 'unsupported') return b;
  if (b === 'unsupported') return a;
  return worstVerdict([a, b]);
}

function toFinding(requirement: string, name: string, detail: CheckDetail): Finding {
  return {
    requirement,
    level: detail.level ?? 'fail',
    kind: detail.kind ?? 'server',
    message: detail.message ?? name,
    ...(detail.expected === undefined ? {} : { expected: show(detail.expected) }),
    ...(detail.actual === undefined ? {} : { actual: show(detail.actual) }),
    ...(detail.request === undefined ? {} : { request: detail.request }),
    ...(detail.contradiction === undefined ? {} : { contradiction: detail.contradiction }),
    ...(detail.tenant === undefined ? {} : { tenant: detail.tenant }),
    ...(detail.node === undefined ? {} : { node: detail.node }),
  };
}

const SHOWN_CHARS_MAX = 400;

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}
