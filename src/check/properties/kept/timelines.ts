// The timelines of each tenant as they were acknowledged and shown, for P8.

import type { Evidence } from '../../../core/finding.ts';
import type { CompletionLine, InvokeLine, SeenTimeline } from '../../../history/events.ts';
import { evidence, short } from '../../evidence.ts';
import { memberOf } from '../../member.ts';
import type { Call } from '../../ownership/calls.ts';

/** Something acknowledged is gone, or something deleted is back. */
export interface Loss {
  readonly what: string;
  readonly expected?: string;
  readonly actual?: string;
  /** A created timeline that nobody ever saw uploaded, lost by a move. */
  readonly neverUploaded?: boolean;
  readonly before: readonly Evidence[];
}

/** What was acknowledged of timelines. */
export interface Timelines {
  invoked(line: InvokeLine, call: Call): void;
  /** The end of a create or delete; true if it was one. */
  ended(line: CompletionLine, call: Call, lineage: number): boolean;
  /** Timelines in an answer: learns them, and gives what is lost if `isJudged`. */
  shown(
    tenant: string,
    line: CompletionLine,
    call: Call,
    lineage: number,
    isJudged: boolean,
  ): Loss[];
  /** A 404 of one timeline. */
  absent(
    tenant: string,
    line: CompletionLine,
    call: Call,
    lineage: number,
    isJudged: boolean,
  ): Loss[];
  /** The tap saw its index. */
  uploaded(tenant: string, timeline: string): void;
}

interface Timeline {
  readonly id: string;
  /** `maybe`: a create or delete is on its way, or nobody knows how it ended. */
  state: 'there' | 'deleted' | 'maybe';
  stateBefore: 'there' | 'deleted' | 'maybe';
  /** Creates and deletes that have not ended. */
  open: number;
  /** One of them was never answered and may still take effect: the timeline is left out. */
  unsure: boolean;
  /** When the state was known, and the line that told. */
  since: Evidence;
  ancestor: string | undefined;
  uploaded: boolean;
  lineage: number;
  /** Highest LSNs shown, with the line; `disk` only of the present lineage. */
  disk: Mark | undefined;
  remote: Mark | undefined;
}

interface Mark {
  readonly lsn: bigint;
  readonly seen: Evidence;
}

/** Creates the record. */
export function createTimelines(): Timelines {
  return new TimelineRecord();
}

class TimelineRecord implements Timelines {
  private readonly tenants = new Map<string, Map<string, Timeline>>();
  private readonly uploads = new Set<string>();

  uploaded(tenant: string, timeline: string): void {
    const known = this.tenants.get(tenant)?.get(timeline);
    if (known) known.uploaded = true;
    else this.uploads.add(`${tenant}/${timeline}`);
  }

  invoked(line: InvokeLine, call: Call): void {
    if (call.op !== 'timeline_create' && call.op !== 'timeline_delete') return;
    if (call.tenant === undefined || call.timeline === undefined) return;
    const timeline = this.of(call.tenant, call.timeline, evidence(line, `${call.op} is sent`));
    if (timeline.state !== 'maybe') timeline.stateBefore = timeline.state;
    timeline.state = 'maybe';
    timeline.open += 1;
  }

  ended(line: CompletionLine, call: Call, lineage: number): boolean {
    if (call.op !== 'timeline_create' && call.op !== 'timeline_delete') return false;
    const id = call.timeline ?? line.seen?.timelines?.[0]?.id;
    if (call.tenant === undefined || id === undefined) return true;
    const told = evidence(line, `${call.op} answered ${line.status ?? line.type}`);
    const timeline = this.of(call.tenant, id, told);
    timeline.open = Math.max(0, timeline.open - 1);
    // Of several copies one may have been carried out and another one's refusal be what the client got.
    const isRefused = line.type === 'fail' && call.copies <= 1;
    if (isRefused && timeline.open === 0) timeline.state = timeline.stateBefore;
    if (line.type !== 'ok' && !isRefused) {
      timeline.stateBefore = 'maybe';
      timeline.unsure ||= !call.settled;
    }
    if (line.type !== 'ok') return true;
    const { open, unsure } = timeline;
    Object.assign(timeline, newTimeline(id, told), { lineage, open, unsure });
    if (call.op === 'timeline_delete') {
      timeline.state = 'deleted';
      timeline.stateBefore = 'deleted';
      return true;
    }
    timeline.uploaded = this.uploads.delete(`${call.tenant}/${id}`);
    timeline.state = 'there';
    timeline.stateBefore = 'there';
    for (const seen of line.seen?.timelines ?? []) this.learn(call.tenant, seen, line, lineage);
    return true;
  }

  absent(
    tenant: string,
    _line: CompletionLine,
    call: Call,
    lineage: number,
    isJudged: boolean,
  ): Loss[] {
    const timeline = this.tenants.get(tenant)?.get(call.timeline ?? '');
    return timeline && isJudged && isOwed(timeline, call) ? [missing(timeline, lineage)] : [];
  }

  shown(
    tenant: string,
    line: CompletionLine,
    call: Call,
    lineage: number,
    isJudged: boolean,
  ): Loss[] {
    const list = line.seen?.timelines ?? [];
    const losses: Loss[] = [];
    const known = this.tenants.get(tenant);
    if (isJudged && known) {
      const seen = new Map(list.map((each) => [each.id, each]));
      const asked =
        call.op === 'timeline_list'
          ? known.values()
          : list.flatMap(({ id }) => known.get(id) ?? []);
      for (const timeline of asked) {
        losses.push(...compare(timeline, seen.get(timeline.id), call, lineage));
      }
    }
    for (const each of list) this.learn(tenant, each, line, lineage);
    return losses;
  }

  private of(tenant: string, id: string, since: Evidence): Timeline {
    const timelines = memberOf(this.tenants, tenant, () => new Map<string, Timeline>());
    return memberOf(timelines, id, () => newTimeline(id, since));
  }

  private learn(tenant: string, seen: SeenTimeline, line: CompletionLine, lineage: number): void {
    const told = evidence(line, `timeline ${short(seen.id)} is shown`);
    const timeline = this.of(tenant, seen.id, told);
    if (timeline.state === 'maybe') {
      timeline.state = 'there';
      timeline.since = told;
    }
    if (timeline.lineage !== lineage) timeline.disk = undefined;
    timeline.lineage = lineage;
    if (seen.ancestor !== undefined) timeline.ancestor ??= seen.ancestor;
    timeline.disk = higher(timeline.disk, seen.diskConsistentLsn, line, 'disk_consistent_lsn');
    timeline.remote = higher(
      timeline.remote,
      seen.remoteConsistentLsn,
      line,
      'remote_consistent_lsn',
    );
    if (timeline.remote && timeline.remote.lsn > 0n) timeline.uploaded = true;
  }
}

function newTimeline(id: string, since: Evidence): Timeline {
  return {
    id,
    state: 'maybe',
    stateBefore: 'maybe',
    open: 0,
    unsure: false,
    since,
    ancestor: undefined,
    uploaded: false,
    lineage: -1,
    disk: undefined,
    remote: undefined,
  };
}

/** Nothing is on its way that may create or delete it. */
function isCertain(timeline: Timeline): boolean {
  return timeline.open === 0 && !timeline.unsure;
}

function isOwed(timeline: Timeline, call: Call): boolean {
  return timeline.state === 'there' && isCertain(timeline) && timeline.since.t < call.invokedAt;
}

function missing(timeline: Timeline, lineage: number): Loss {
  const moved = timeline.lineage !== lineage;
  return {
    what: `timeline ${short(timeline.id)} was acknowledged and is gone`,
    expected: 'the timeline, as long as nobody deletes it',
    neverUploaded: moved && !timeline.uploaded,
    before: [timeline.since],
  };
}

function compare(
  timeline: Timeline,
  seen: SeenTimeline | undefined,
  call: Call,
  lineage: number,
): Loss[] {
  if (!seen) return isOwed(timeline, call) ? [missing(timeline, lineage)] : [];
  if (timeline.since.t >= call.invokedAt || !isCertain(timeline)) return [];
  if (timeline.state === 'deleted') {
    return [
      {
        what: `timeline ${short(timeline.id)} was deleted and is back`,
        expected: 'it stays away until it is created again',
        before: [timeline.since],
      },
    ];
  }
  const losses: Loss[] = [];
  if (timeline.ancestor !== undefined && seen.ancestor !== timeline.ancestor) {
    losses.push({
      what: `timeline ${short(timeline.id)} has lost its ancestor`,
      expected: timeline.ancestor,
      actual: seen.ancestor ?? 'none',
      before: [timeline.since],
    });
  }
  const last = seen.lastRecordLsn === undefined ? undefined : BigInt(seen.lastRecordLsn);
  const disk = timeline.lineage === lineage ? timeline.disk : undefined;
  for (const mark of [disk, timeline.remote]) {
    if (!mark || last === undefined || last >= mark.lsn || mark.seen.t >= call.invokedAt) continue;
    losses.push({
      what: `timeline ${short(timeline.id)} has gone back below an LSN that was shown`,
      expected: `last_record_lsn of at least ${mark.lsn}`,
      actual: `${last}`,
      before: [mark.seen],
    });
    break;
  }
  return losses;
}

function higher(
  mark: Mark | undefined,
  shown: string | undefined,
  line: CompletionLine,
  name: string,
): Mark | undefined {
  if (shown === undefined) return mark;
  const lsn = BigInt(shown);
  return mark && mark.lsn >= lsn ? mark : { lsn, seen: evidence(line, `${name} ${lsn} is shown`) };
}
