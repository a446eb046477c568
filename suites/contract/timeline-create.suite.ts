// A timeline that is created is there: root or branch, under the id asked for or a generated one, once.

import {
  type Api,
  type Exchange,
  equalLsn,
  formatLsn,
  parseLsn,
  type ScenarioContext,
  scenario,
} from '#suite';
import { refusesMalformedBodies } from './shared/bodies.ts';
import { givenTenant, givenTimeline } from './shared/given.ts';
import { bodyObject, isSameId, listedIds, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/timeline-create',
  title:
    'a created timeline is shown as it was asked for; a second create is 409 and changes nothing',
  decides: [
    'timeline_create.201',
    'timeline_create.400',
    'timeline_create.401',
    'timeline_create.403',
    'timeline_create.409',
    'timeline.create',
    'timeline.create-again',
    'timeline.create-generates-id',
    'timeline.create-returns-id',
    'timeline.branch',
    'http.valid-forms',
    'ids.own-tenant',
    'meaning.refusal-changes-nothing',
  ],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    await createsRoot(context, api, tenant);
    await createsBranches(context, api, tenant);
    await createsAgain(context, api, tenant);
    await generatesIds(context, api, tenant);
    await refuses(context, api, tenant);
  },
});

async function createsRoot(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const timeline = context.timeline();
  const body = context.timelineBody({ new_timeline_id: timeline });
  const created = await context.cause('timeline_create.201', () =>
    api.call('timeline_create', { tenant, timeline, body }),
  );
  if (!created) return;
  const { timeline_id: id, tenant_id: owner, ancestor_timeline_id: ancestor } = bodyObject(created);
  mustShow(context, 'timeline.create-returns-id', 'the id asked for', {
    exchange: created,
    expected: timeline,
    actual: isSameId(id, timeline) ? timeline : id,
  });
  mustShow(context, 'ids.own-tenant', 'a new timeline names its tenant', {
    exchange: created,
    expected: tenant,
    actual: isSameId(owner, tenant) ? tenant : owner,
  });
  mustShow(context, 'timeline.branch', 'a root has no ancestor', {
    exchange: created,
    expected: 'none',
    actual: ancestor ?? 'none',
  });
  await mustBeThere(context, api, { tenant, timeline, name: 'the root' });
}

/** At the end of its ancestor, and at an LSN that the ancestor has passed. */
async function createsBranches(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const root = context.timeline();
  const early = await api.call('timeline_detail', { tenant, timeline: root });
  const start = String(bodyObject(early).last_record_lsn);
  const tip = context.timeline('tip');
  const atEnd = await api.call('timeline_create', {
    tenant,
    timeline: tip,
    body: context.timelineBody({ new_timeline_id: tip, ancestor_timeline_id: root }),
    expect: { kind: 'success', status: 201, name: 'a branch at the end of its ancestor' },
  });
  const { timeline_id: id } = bodyObject(atEnd);
  mustShow(context, 'timeline.create-returns-id', 'the id asked for, of a branch', {
    exchange: atEnd,
    expected: tip,
    actual: isSameId(id, tip) ? tip : id,
  });
  mustDescend(context, atEnd, root, 'at the end');
  await mustBeThere(context, api, { tenant, timeline: tip, name: 'the branch' });
  // An ancestor that does not move on makes the check weaker, not wrong.
  await context.eventually(async () => {
    const now = await api.call('timeline_detail', { tenant, timeline: root });
    return !equalLsn(String(bodyObject(now).last_record_lsn), start) || undefined;
  }, context.limits.quiet);
  const past = context.timeline('past');
  const body = { new_timeline_id: past, ancestor_timeline_id: root, ancestor_start_lsn: start };
  const atPast = await api.call('timeline_create', {
    tenant,
    timeline: past,
    body: context.timelineBody(body),
    expect: { kind: 'success', status: 201, name: 'a branch at an LSN of its ancestor' },
  });
  mustDescend(context, atPast, root, 'at an LSN');
  const shown = await api.call('timeline_detail', { tenant, timeline: past });
  mustStart(context, atPast, start, 'in the answer');
  mustStart(context, shown, start, 'in the detail');
  if (atPast.response?.status === 201) await startsInOtherSpelling(context, api, tenant, start);
}

/** The LSN by its value, whatever its spelling. */
function mustStart(
  context: ScenarioContext,
  exchange: Exchange,
  start: string,
  name: string,
): void {
  const lsn = bodyObject(exchange).ancestor_lsn;
  mustShow(context, 'timeline.branch', `the LSN asked for, ${name}`, {
    exchange,
    expected: start,
    actual: equalLsn(String(lsn), start) ? start : lsn,
  });
}

/** The document says hex for what servers show as two halves: what is taken in the other spelling must be read as that. */
async function startsInOtherSpelling(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  start: string,
): Promise<void> {
  const value = parseLsn(start);
  if (value === undefined) return;
  const other = start.includes('/') ? value.toString(16) : formatLsn(value);
  const timeline = context.timeline('other spelling');
  const body = {
    new_timeline_id: timeline,
    ancestor_timeline_id: context.timeline(),
    ancestor_start_lsn: other,
  };
  const branch = await api.call('timeline_create', {
    tenant,
    timeline,
    body: context.timelineBody(body),
    expect: {
      kind: 'success',
      status: 201,
      rule: 'lsn-spelling-refused',
      requirement: 'http.valid-forms',
      name: 'an LSN in the spelling that was not shown',
    },
  });
  if (branch.response?.status === 201) {
    mustStart(context, branch, start, 'sent in the other spelling');
  }
}

function mustDescend(
  context: ScenarioContext,
  exchange: Exchange,
  ancestor: string,
  name: string,
): void {
  const shown = bodyObject(exchange).ancestor_timeline_id;
  mustShow(context, 'timeline.branch', `the ancestor of a branch ${name}`, {
    exchange,
    expected: ancestor,
    actual: isSameId(shown, ancestor) ? ancestor : shown,
  });
}

async function mustBeThere(
  context: ScenarioContext,
  api: Api,
  one: { readonly tenant: string; readonly timeline: string; readonly name: string },
): Promise<void> {
  const { tenant, timeline, name } = one;
  await api.call('timeline_detail', {
    tenant,
    timeline,
    expect: { kind: 'success', name: `${name} is shown`, requirement: 'timeline.create' },
  });
  const list = await api.call('timeline_list', { tenant });
  mustShow(context, 'timeline.create', `${name} is listed once`, {
    exchange: list,
    expected: [timeline],
    actual: listedIds(list, 'timeline_id').filter((id) => id === timeline),
  });
}

async function createsAgain(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const before = await api.call('timeline_list', { tenant });
  const root = context.timeline();
  const past = context.timeline('past');
  const again = context.timelineBody({ new_timeline_id: root });
  await context.cause('timeline_create.409', () =>
    api.call('timeline_create', { tenant, timeline: root, body: again }),
  );
  await api.call('timeline_create', {
    tenant,
    timeline: past,
    body: context.timelineBody({ new_timeline_id: past, ancestor_timeline_id: root }),
    expect: {
      kind: 'refusal',
      statuses: [409],
      cause: 'the id of a branch that is there',
      name: 'a branch again',
    },
  });
  const after = await api.call('timeline_list', { tenant });
  mustShow(context, 'timeline.create-again', 'the list stays', {
    exchange: after,
    expected: listedIds(before, 'timeline_id'),
    actual: listedIds(after, 'timeline_id'),
  });
  const branch = await api.call('timeline_detail', { tenant, timeline: past });
  mustDescend(context, branch, root, 'after the 409');
}

async function generatesIds(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const ids: unknown[] = [];
  for (const name of ['first', 'second']) {
    const created = await api.call('timeline_create', {
      tenant,
      body: context.timelineBody(),
      expect: { kind: 'success', status: 201, name: `${name} without an id` },
    });
    const id = bodyObject(created).timeline_id;
    ids.push(id);
    const list = await api.call('timeline_list', { tenant });
    mustShow(context, 'timeline.create-generates-id', `the ${name} is listed`, {
      exchange: list,
      expected: true,
      actual: typeof id === 'string' && listedIds(list, 'timeline_id').includes(id.toLowerCase()),
    });
  }
  context.check('timeline.create-generates-id', 'the ids differ', ids[0] !== ids[1], {
    actual: ids[0],
  });
}

async function refuses(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const right = context.timelineBody({ new_timeline_id: context.timeline('refused') });
  await refusesStrangers(context, api, 'timeline_create', { tenant, body: right });
  const kept = await givenTimeline(context, api, tenant, 'kept');
  const before = await api.call('timeline_list', { tenant });
  await refusesMalformedBodies(context, api, 'timeline_create', { tenant }, right, {
    ids: ['new_timeline_id', 'ancestor_timeline_id'],
    members: [],
  });
  for (const [cause, spelt] of [
    ['a tenant id of 31 digits', tenant.slice(1)],
    ['a tenant id of 33 digits', `${tenant}0`],
  ] as const) {
    await api.call('timeline_create', {
      tenant: spelt,
      body: right,
      expect: { kind: 'refusal', statuses: [400], cause, name: cause },
    });
  }
  const after = await api.call('timeline_list', { tenant });
  mustShow(context, 'meaning.refusal-changes-nothing', 'no refused create makes a timeline', {
    exchange: after,
    expected: listedIds(before, 'timeline_id'),
    actual: listedIds(after, 'timeline_id'),
  });
  await refusesMalformedBodies(context, api, 'timeline_create', { tenant }, right, {
    ids: [],
    members: [
      { member: 'pg_version', value: 'fifteen' },
      { member: 'ancestor_start_lsn', value: kept },
      { member: 'ancestor_start_lsn', value: 7 },
    ],
  });
}
