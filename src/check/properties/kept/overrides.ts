// Config overrides, for P8. Between two reads without a request that may change them they are equal; and what a config
// or create call has set and had confirmed is there after a restart or load, read before or not. How a server writes
// a duration is its own affair, so strings are compared only where both are plain durations.

import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../../../core/finding.ts';
import type { CompletionLine, InvokeLine } from '../../../history/events.ts';
import { evidence } from '../../evidence.ts';
import { memberOf } from '../../member.ts';
import type { Call } from '../../ownership/calls.ts';
import type { Loss } from './timelines.ts';

/** The overrides last shown of each tenant on each node. */
export interface Overrides {
  /** Something may change them: attach, create, detach or a config call. */
  forget(node: string, tenant: string, t: number): void;
  /** A config or create call begins or ends. */
  set(tenant: string, line: InvokeLine | CompletionLine, call: Call): void;
  /** A read; gives what is lost if `isJudged`. `restartedAt`: the last boot or load of the tenant. */
  shown(
    tenant: string,
    line: CompletionLine,
    call: Call,
    isJudged: boolean,
    restartedAt: number,
  ): Loss[];
}

type Values = Readonly<Record<string, unknown>>;

/** What was set on one tenant of one node. */
interface Setting {
  /** Calls that have not ended, with what they set. */
  readonly open: Map<string, Values>;
  /** The last one that was confirmed while no other was on its way. */
  confirmed: { readonly line: CompletionLine; readonly values: Values } | undefined;
  /** One of them may take effect at any time. */
  unsure: boolean;
}

/** The overrides that the document knows (`TenantConfigInfo`): others a server may leave out. */
const KNOWN: ReadonlySet<string> = new Set([
  'gc_period',
  'gc_horizon',
  'pitr_interval',
  'checkpoint_distance',
  'checkpoint_timeout',
  'compaction_target_size',
  'compaction_period',
  'compaction_threshold',
  'image_creation_threshold',
  'walreceiver_connect_timeout',
  'lagging_wal_timeout',
  'max_lsn_wal_lag',
  'trace_read_requests',
]);

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** Creates the record. */
export function createOverrides(): Overrides {
  return new OverrideRecord();
}

class OverrideRecord implements Overrides {
  private readonly known = new Map<string, CompletionLine>();
  private readonly forgottenAt = new Map<string, number>();
  private readonly settings = new Map<string, Setting>();

  forget(node: string, tenant: string, t: number): void {
    const place = `${node}/${tenant}`;
    this.known.delete(place);
    this.forgottenAt.set(place, t);
    const setting = this.settings.get(place);
    if (setting) setting.confirmed = undefined;
  }

  set(tenant: string, line: InvokeLine | CompletionLine, call: Call): void {
    const setting = memberOf(this.settings, `${call.node}/${tenant}`, newSetting);
    if (line.type === 'invoke') {
      setting.open.set(call.id, line.overrides ?? {});
      return;
    }
    const values = setting.open.get(call.id) ?? {};
    const isAlone = setting.open.size === 1;
    setting.open.delete(call.id);
    if (line.type === 'info' || call.copies > 1 || !isAlone) setting.unsure = true;
    setting.confirmed = line.type === 'ok' ? { line, values } : undefined;
  }

  shown(
    tenant: string,
    line: CompletionLine,
    call: Call,
    isJudged: boolean,
    restartedAt: number,
  ): Loss[] {
    const place = `${call.node}/${tenant}`;
    const before = this.known.get(place);
    // A read that was sent before the last change may show either.
    if ((this.forgottenAt.get(place) ?? -1) >= call.invokedAt) return [];
    this.known.set(place, line);
    if (!isJudged) return [];
    const after = line.seen?.overrides ?? {};
    if (before && before.t < call.invokedAt) {
      if (isDeepStrictEqual(before.seen?.overrides, after)) return [];
      return [lossOf(before.seen?.overrides, after, evidence(before, 'the overrides were shown'))];
    }
    const setting = this.settings.get(place);
    const confirmed = setting?.confirmed;
    // In one and the same life it is the contract of the call that tells what it has to show.
    if (!confirmed || setting.unsure || setting.open.size > 0) return [];
    if (confirmed.line.t >= restartedAt) return [];
    if (!Object.keys(confirmed.values).some((key) => isLost(key, confirmed.values, after)))
      return [];
    return [lossOf(confirmed.values, after, evidence(confirmed.line, 'they were set'))];
  }
}

function newSetting(): Setting {
  return { open: new Map(), confirmed: undefined, unsure: false };
}

function lossOf(expected: unknown, actual: unknown, before: Evidence): Loss {
  return {
    what: 'its config overrides are not what they were',
    expected: JSON.stringify(expected),
    actual: JSON.stringify(actual),
    before: [before],
  };
}

/** True when what was set is certainly not what is shown. */
function isLost(key: string, set: Values, shown: Values): boolean {
  const [wanted, actual] = [set[key], shown[key]];
  if (!KNOWN.has(key) || wanted === undefined || wanted === null) return false;
  if (actual === undefined || actual === null) return true;
  if (typeof wanted !== typeof actual) return false;
  if (typeof wanted === 'number' || typeof wanted === 'boolean') return wanted !== actual;
  const [left, right] = [durationOf(wanted), durationOf(actual)];
  return left !== undefined && right !== undefined && left !== right;
}

/** Milliseconds of a plain duration as `3h`. */
function durationOf(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^(\d+) ?(ms|s|m|h|d)$/.exec(value) : null;
  return match ? Number(match[1]) * UNITS[match[2]!]! : undefined;
}
