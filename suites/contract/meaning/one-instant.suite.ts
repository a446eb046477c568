// One instant may be written with any offset from UTC (RFC 3339 section 5.6): the LSN of it is the same.

import { type Api, bodyJson, type ScenarioContext, scenario } from '#suite';
import { givenTenant, givenTimeline } from '../shared/given.ts';
import { lsnByValue } from '../shared/seen.ts';

const HOUR_MS = 3_600_000;

/** The instant, hours from now, and an offset that leads to the other side of now if it is not heeded. */
const INSTANTS: readonly (readonly [name: string, fromNow: number, offset: number])[] = [
  ['an hour ago, written in the east', -1, 5],
  ['in an hour, written in the west', 1, -5],
];

/** What is told of a moment may change in between; so often it is asked again. */
const TRIES_MAX = 5;
/** How long a first write is waited for, ms. */
const WRITTEN_MS = 600;

export default scenario({
  id: 'contract/meaning/one-instant',
  title: 'an instant has one LSN, whatever the offset that it is written with',
  decides: ['timeline.lsn-by-timestamp'],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    const timeline = await givenTimeline(context, api, tenant);
    const place = { tenant, timeline };
    // Once something was written, what is past and what is to come differ; where nothing is, they may be alike.
    await context.eventually(async () => {
      const [past, future] = [await lsnAt(api, place, -1, 0), await lsnAt(api, place, 1, 0)];
      return past === future ? undefined : true;
    }, WRITTEN_MS);
    for (const [name, fromNow, offset] of INSTANTS) {
      await mustAgree(context, api, place, { name, fromNow, offset });
    }
  },
});

interface Place {
  readonly tenant: string;
  readonly timeline: string;
}

interface Instant {
  readonly name: string;
  readonly fromNow: number;
  readonly offset: number;
}

async function mustAgree(
  context: ScenarioContext,
  api: Api,
  place: Place,
  { name, fromNow, offset }: Instant,
): Promise<void> {
  const ask = (hours: number): Promise<string> => lsnAt(api, place, fromNow, hours);
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const before = await ask(0);
    const elsewhere = await ask(offset);
    if (before !== (await ask(0))) continue;
    context.check('timeline.lsn-by-timestamp', name, elsewhere === before, {
      message: `${name}: another LSN than for the same instant in UTC`,
      expected: before,
      actual: elsewhere,
      tenant: place.tenant,
    });
    return;
  }
  context.undecided('timeline.lsn-by-timestamp', `${name}: the answer changed all the time`);
}

/** What is told of an instant, hours from now and to the minute, written with an offset of whole hours. */
async function lsnAt(api: Api, place: Place, fromNow: number, offset: number): Promise<string> {
  const query = { timestamp: written(fromNow, offset) };
  const answer = await api.call('get_lsn_by_timestamp', { ...place, query });
  return `${answer.response?.status} ${lsnByValue(bodyJson(answer))}`;
}

/** RFC 3339 with this offset, whole hours. */
function written(fromNow: number, hours: number): string {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const local = new Date(minute + (fromNow + hours) * HOUR_MS).toISOString().replace('Z', '');
  if (hours === 0) return `${local}Z`;
  return `${local}${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
}
