// Reading answers: members, lists, and checks that carry the request they are about.

import {
  type Api,
  bodyJson,
  type CheckDetail,
  curlRequest,
  type Exchange,
  formatLsn,
  type Ledger,
  parseLsn,
  type ScenarioContext,
} from '#suite';

/** The object of an answer's body; an empty one where there is none (the judge tells). */
export function bodyObject(exchange: Exchange): Readonly<Record<string, unknown>> {
  const body = bodyJson(exchange);
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? (body as Record<string, unknown>)
    : {};
}

/** The objects of an answer's list; none where there is no list. */
export function bodyList(exchange: Exchange): readonly Readonly<Record<string, unknown>>[] {
  const body = bodyJson(exchange);
  return Array.isArray(body) ? (body as Record<string, unknown>[]) : [];
}

/** The ids that a list shows, in lower case and in order of their spelling. */
export function listedIds(exchange: Exchange, member: 'id' | 'timeline_id'): readonly string[] {
  return bodyList(exchange)
    .map((item) => String(item[member]).toLowerCase())
    .sort();
}

/** The ids of the tenants that a list shows: of this scenario's own alone where others' may come and go. */
export function listedTenants(context: ScenarioContext, exchange: Exchange): readonly string[] {
  return ownTenants(context, listedIds(exchange, 'id'));
}

/** Those of the ids that may be compared: all, or this scenario's own where others' may come and go. */
export function ownTenants(context: ScenarioContext, ids: readonly string[]): readonly string[] {
  if (!context.isShared) return ids;
  const own = new Set(context.usedTenants());
  return ids.filter((id) => own.has(id));
}

/** Whether two ids are the same, in whatever case they are spelt. */
export function isSameId(left: unknown, right: string): boolean {
  return typeof left === 'string' && left.toLowerCase() === right.toLowerCase();
}

/** An LSN by its value, so that its spelling makes no difference; anything else as it is written. */
export function lsnByValue(value: unknown): string {
  const lsn = typeof value === 'string' ? parseLsn(value) : undefined;
  return lsn === undefined ? String(value ?? 'none') : formatLsn(lsn);
}

/** A value as one text, whatever the order of its members and the space between them. */
function inOrder(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
  return text ?? 'nothing';
}

/** One check about one answer: `expected` and `actual` are compared as JSON, in which members have no order. */
export function mustShow(
  ledger: Ledger,
  requirement: string,
  name: string,
  seen: { readonly exchange: Exchange; readonly expected: unknown; readonly actual: unknown },
  detail: CheckDetail = {},
): boolean {
  const { exchange, expected, actual } = seen;
  const ok = inOrder(expected) === inOrder(actual);
  return ledger.check(requirement, name, ok, {
    expected,
    actual: actual ?? 'nothing',
    request: curlRequest(exchange),
    ...detail,
  });
}

/** A tenant that is out of memory shows its timelines no more, whatever the list of them is answered. */
export async function mustHideTimeline(
  ledger: Ledger,
  api: Api,
  requirement: string,
  { tenant, timeline }: { readonly tenant: string; readonly timeline: string },
): Promise<void> {
  const list = await api.call('timeline_list', { tenant });
  mustShow(ledger, requirement, 'its timelines are gone with it', {
    exchange: list,
    expected: [],
    actual: listedIds(list, 'timeline_id').filter((id) => id === timeline),
  });
}
