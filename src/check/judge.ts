// The table at which all property sweeps sit: what is known at this line, and where findings go.

import type { Damage, Evidence, Finding, FindingKind, FindingLevel } from '../core/finding.ts';
import type { Profile } from '../core/verdict.ts';
import type { HeaderLine, HistoryLimits, HistoryLine } from '../history/events.ts';
import { sortLines } from '../history/sort.ts';
import { memberOf } from './member.ts';
import { type Call, type CallRegistry, createCalls } from './ownership/calls.ts';
import { createFencing, type Fencing } from './ownership/fencing.ts';
import { createKnowledge, type StoreKnowledge } from './ownership/knowledge.ts';
import { createTroubles, type Troubles } from './ownership/troubles.ts';
import { createView, type OwnershipView } from './ownership/view.ts';
import type { PropertyId } from './property-id.ts';
import { createStrikes, type Strikes } from './strikes.ts';

/** What a history lacks for a property to be judged. */
export interface Lack {
  /** In one sentence. */
  readonly reason: string;
  /** The capability of the target that it comes from, by the name that users see; absent where no capability would help. */
  readonly capability?: string;
}

/** One property's sweep. */
export interface PropertySweep {
  readonly id: PropertyId;
  /** Sees every line in order of (t, i), with the call it belongs to, after the judge's own knowledge was brought up to it. */
  line(line: HistoryLine, call: Call | undefined): void;
  /** The history is over: judge what was left open. `whole` is false when it was cut off. */
  end(whole: boolean): void;
  /** How many events the rule was applied to. */
  deciding(): number;
  /** Set when the history lacks what the property needs. */
  unsupported?(): Lack | undefined;
  /** Set when something stayed open; in one sentence. */
  undecided?(): string | undefined;
}

/** What a sweep says of one thing; the judge makes a finding of it. */
export interface Complaint {
  readonly level?: FindingLevel;
  readonly kind?: FindingKind;
  readonly damage?: Damage;
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly tenant?: string | undefined;
  readonly node?: string | undefined;
  readonly scenario?: string | undefined;
  readonly evidence: readonly Evidence[];
}

/** Shared knowledge of all sweeps. */
export interface Judge {
  readonly profile: Profile;
  readonly limits: HistoryLimits;
  readonly header: HeaderLine | undefined;
  readonly calls: CallRegistry;
  /** May-own as the client knows it (P1). */
  readonly client: OwnershipView;
  /** May-own as the node said it (P2, P3). */
  readonly node: OwnershipView;
  readonly troubles: Troubles;
  /** Which commits came too late to be called back. */
  readonly fencing: Fencing;
  /** What the store holds of each tenant. */
  readonly knowledge: StoreKnowledge;
  /** Time of the newest line. */
  now(): number;
  /** True for the tenant of a negative control. */
  isControl(tenant: string | undefined): boolean;
  /** A hazard taints a tenant: what follows is not the server's (`document`, or `unclear` for the driver's). */
  taint(tenant: string, kind: FindingKind): void;
  taintOf(tenant: string | undefined): FindingKind | undefined;
  complain(property: PropertyId, complaint: Complaint): void;
  /** One tenant is why the property is undecided; others' scenarios may have decided it all the same. */
  leaveOpen(property: PropertyId, tenant: string, reason: string): void;
  /** What has been judged since the last line, or the last call of this, belongs to the tenant; for what only the end decides. */
  credit(tenant: string): void;
}

/** The judge together with what feeds it and takes its findings. */
export interface JudgeBench {
  readonly judge: Judge;
  /** Takes a line; gives the call that it belongs to. */
  see(line: HistoryLine): Call | undefined;
  readonly findings: Map<PropertyId, Finding[]>;
  readonly controls: Finding[];
  tenants(): number;
  /** The scenario that called the tenant last. */
  scenarioOf(tenant: string): string | undefined;
  /** Lines are missing before the ones to come: what is found from now on may come from that, and is `unclear`. */
  tear(): void;
  /** What `Judge.leaveOpen` was told, by property and tenant. */
  readonly open: ReadonlyMap<PropertyId, ReadonlyMap<string, string>>;
  /** Told what `Judge.credit` is told. */
  onCredit: (tenant: string) => void;
}

/** Limits where a history has no header: the defaults of design section 4, milliseconds. */
const DEFAULT_LIMITS: HistoryLimits = {
  attach: 10_000,
  detach: 10_000,
  quiet: 2_000,
  api: 2_000,
  store: 20_000,
  stop: 10_000,
};

/** Findings kept for each property, tenant and node: the first tell the story. */
const PER_PLACE_MAX = 3;

/** Findings kept for each property. */
const PER_PROPERTY_MAX = 1_000;

/** Sets the table; `profile` overrides the header's. */
export function createJudge(profile?: Profile): JudgeBench {
  const controlTenants = new Set<string>();
  const tenants = new Set<string>();
  const taints = new Map<string, FindingKind>();
  const scenarioOf = new Map<string, string>();
  const strikes = createStrikes();
  const collector = createCollector(controlTenants, scenarioOf, strikes);
  let header: HeaderLine | undefined;
  let now = 0;

  function know(line: HistoryLine): void {
    now = line.t;
    if (line.stream === 'run' && line.type === 'header') header = line;
    const tenant = 'tenant' in line ? line.tenant : undefined;
    if (tenant === undefined) return;
    tenants.add(tenant);
    if (line.stream === 'run' && line.type === 'control') controlTenants.add(tenant);
    if (line.scenario && line.stream === 'client') scenarioOf.set(tenant, line.scenario);
  }
  const calls = createCalls();
  const views = [createView('client'), createView('node')] as const;
  const troubles = createTroubles(calls);
  const knowledge = createKnowledge();
  const limits = (): HistoryLimits => header?.limits ?? DEFAULT_LIMITS;
  const fencing = createFencing(views[1], () => limits().store);
  const followers = [knowledge, fencing, strikes];
  const judge: Judge = {
    get profile() {
      return profile ?? header?.profile ?? 'documented';
    },
    get limits() {
      return limits();
    },
    get header() {
      return header;
    },
    calls,
    client: views[0],
    node: views[1],
    troubles,
    fencing,
    knowledge,
    now: () => now,
    isControl: (tenant) => tenant !== undefined && controlTenants.has(tenant),
    taint: (tenant, kind) => void (taints.has(tenant) || taints.set(tenant, kind)),
    taintOf: (tenant) => (tenant === undefined ? undefined : taints.get(tenant)),
    complain: collector.complain,
    credit: (tenant) => bench.onCredit(tenant),
    leaveOpen: collector.leaveOpen,
  };
  const bench: JudgeBench = {
    judge,
    open: collector.open,
    tear: collector.tear,
    onCredit: () => {},
    findings: collector.findings,
    controls: collector.controls,
    tenants: () => tenants.size,
    scenarioOf: (tenant) => scenarioOf.get(tenant),
    see(line) {
      know(line);
      const call = calls.see(line);
      feedViews(views, line, call);
      troubles.see(line, call);
      for (const one of followers) one.see(line);
      return call;
    },
  };
  return bench;
}

function feedViews(
  views: readonly OwnershipView[],
  line: HistoryLine,
  call: Call | undefined,
): void {
  if (line.stream === 'process') {
    for (const view of views) view.process(line);
  } else if (call && line.stream === 'client') {
    for (const view of views) {
      if (line.type === 'invoke') view.invoked(line, call);
      else view.completed(line, call);
    }
  } else if (call && line.stream === 'proxy') {
    for (const view of views) view.proxied(line, call);
  }
}

/** Takes complaints: the first few of each place, those about controls apart; and what tenants leave open. */
function createCollector(
  controlTenants: ReadonlySet<string>,
  scenarioOf: ReadonlyMap<string, string>,
  strikes: Strikes,
) {
  const findings = new Map<PropertyId, Finding[]>();
  const controls: Finding[] = [];
  const places = new Map<string, number>();
  const open = new Map<PropertyId, Map<string, string>>();
  let isTorn = false;
  return {
    findings,
    controls,
    open,
    leaveOpen(property: PropertyId, tenant: string, reason: string): void {
      memberOf(open, property, () => new Map<string, string>()).set(tenant, reason);
    },
    tear: () => {
      isTorn = true;
    },
    complain(property: PropertyId, complaint: Complaint): void {
      const told = isTorn ? ({ ...complaint, level: 'warn', kind: 'unclear' } as const) : complaint;
      const finding = findingOf(property, told, scenarioOf);
      const { tenant = '', node = '', level, kind } = finding;
      const place = `${property} ${tenant} ${node} ${level} ${kind}`;
      const count = (places.get(place) ?? 0) + 1;
      places.set(place, count);
      if (count > PER_PLACE_MAX) return;
      const list = controlTenants.has(tenant) ? controls : memberOf(findings, property, () => []);
      if (list.length >= PER_PROPERTY_MAX) return;
      const faults = strikes.before(complaint.tenant, complaint.node);
      list.push(faults.length === 0 ? finding : { ...finding, faults });
    },
  };
}

function findingOf(
  property: PropertyId,
  complaint: Complaint,
  scenarioOf: ReadonlyMap<string, string>,
): Finding {
  const { tenant, node, expected, actual, damage } = complaint;
  const scenario =
    complaint.scenario ?? (tenant === undefined ? undefined : scenarioOf.get(tenant));
  return {
    requirement: property,
    level: complaint.level ?? 'fail',
    kind: complaint.kind ?? 'server',
    message: complaint.message,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    ...(damage === undefined ? {} : { damage }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(node === undefined ? {} : { node }),
    ...(scenario === undefined ? {} : { scenario }),
    evidence: sortLines(complaint.evidence),
  };
}
