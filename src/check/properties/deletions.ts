// Timelines whose deletion was confirmed and that were not created again since.

import type { Evidence } from '../../core/finding.ts';
import type { CompletionLine, InvokeLine, ProxyLine } from '../../history/events.ts';
import { memberOf } from '../member.ts';
import type { Call } from '../ownership/calls.ts';

/** Confirmed deletions by tenant and timeline. */
export interface Deletions {
  client(line: InvokeLine | CompletionLine, call: Call | undefined): void;
  answered(line: ProxyLine, call: Call | undefined): void;
  /** The line that confirmed the deletion; undefined if the timeline may exist. */
  of(tenant: string, timeline: string | undefined): Evidence | undefined;
}

interface Timeline {
  deleted: Evidence | undefined;
  /** Creates that may still take effect. */
  creating: number;
  /** When the last create was invoked. */
  createdAt: number;
}

/** Creates the record. */
export function createDeletions(): Deletions {
  const timelines = new Map<string, Timeline>();

  function of(call: {
    readonly tenant?: string | undefined;
    readonly timeline?: string | undefined;
  }) {
    if (call.tenant === undefined || call.timeline === undefined) return undefined;
    const key = `${call.tenant}/${call.timeline}`;
    const timeline = memberOf(timelines, key, () => ({
      deleted: undefined,
      creating: 0,
      createdAt: -1,
    }));
    return timeline;
  }
  function confirm(line: CompletionLine | ProxyLine, call: Call): void {
    const timeline = of(call);
    if (!timeline || timeline.deleted) return;
    if (timeline.creating > 0 || timeline.createdAt > call.invokedAt) return;
    timeline.deleted = {
      i: line.i,
      t: line.t,
      text: `timeline_delete answered ${line.status ?? 200} by ${call.node}`,
    };
  }
  return {
    of: (tenant, timeline) =>
      timeline === undefined || timelines.size === 0
        ? undefined
        : timelines.get(`${tenant}/${timeline}`)?.deleted,
    client(line, call) {
      if (!call || (call.op !== 'timeline_create' && call.op !== 'timeline_delete')) return;
      const timeline = of(call);
      if (!timeline) return;
      if (line.type === 'invoke') {
        if (call.op === 'timeline_delete') return;
        timeline.deleted = undefined;
        timeline.creating += 1;
        timeline.createdAt = line.t;
      } else if (call.op === 'timeline_delete') {
        if (line.type === 'ok') confirm(line, call);
      } else if (call.settled || line.type !== 'info') timeline.creating -= 1;
    },
    answered(line, call) {
      const isGood = line.status !== undefined && line.status >= 200 && line.status < 300;
      if (call?.op === 'timeline_delete' && isGood) confirm(line, call);
    },
  };
}
