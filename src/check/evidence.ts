// Words for findings: lines, intervals and times as a person reads them.

import type { Evidence } from '../core/finding.ts';
import type { HistoryLine, StoreLine } from '../history/events.ts';
import type { Holding, OwnershipView, Reason } from './ownership/view.ts';

/** A line as evidence. */
export function evidence(line: HistoryLine, text: string): Evidence {
  return { i: line.i, t: line.t, text };
}

/** The line that opened a may-own interval as evidence. */
export function opening(node: string, reason: Reason): Evidence {
  return { i: reason.i, t: reason.t, text: `${node} may own it from here: ${why(reason)}` };
}

/** What opened it. */
export function why(reason: Reason): string {
  if (reason.kind === 'boot') return `boot ${reason.boot} with the tenant possibly on its disk`;
  const copy = reason.kind === 'copy' ? 'a further copy delivered of ' : '';
  return `${copy}${reason.call?.op ?? 'call'} (${reason.call?.id ?? '?'})`;
}

/** `[12.3 ms … ]`: an interval of may-own; `end` undefined = still open. */
export function interval(start: number, end?: number): string {
  return `[${milliseconds(start)} … ${end === undefined ? 'open' : milliseconds(end)}]`;
}

/** `may-own of a [12.3 ms … open], of b […]`: the interval that is open now, or the last that was closed; each node once. */
export function spans(view: OwnershipView, tenant: string, ...nodes: readonly string[]): string {
  const texts = [...new Set(nodes)].map((node) => `of ${node} ${span(view.holding(node, tenant))}`);
  return `may-own ${texts.join(', ')}`;
}

function span(holding: Holding | undefined): string {
  const open = holding?.reasons[0];
  if (open) return interval(open.t);
  return holding?.closedReason ? interval(holding.closedReason.t, holding.closed?.t) : '[never]';
}

/** Nanoseconds since the header as milliseconds. */
export function milliseconds(t: number): string {
  return `${(t / 1e6).toFixed(1)} ms`;
}

/** First digits of an id: enough to tell tenants apart in a sentence. */
export function short(id: string | undefined): string {
  return id === undefined ? '?' : id.slice(0, 8);
}

/** `put index_part.json by a#2`: a store request in a sentence. */
export function storeText(line: StoreLine): string {
  const name = line.key.slice(line.key.lastIndexOf('/') + 1);
  return `${line.op} of ${name} by ${line.node}#${line.boot} ${line.type}`;
}

/** True for the store requests that change the store. */
export function isMutation(line: StoreLine): boolean {
  return line.op === 'put' || line.op === 'delete' || line.op === 'copy';
}

/** True for the keys of a timeline's index, with or without a generation suffix (judging section 4). */
export function isIndexKey(key: string): boolean {
  return key.startsWith('index_part.json', key.lastIndexOf('/') + 1);
}
