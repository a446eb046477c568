// Every valid date-time finds an LSN; what is no date-time is refused. Forms: RFC 3339 section 5.6.

import { scenario } from '#suite';
import { givenTenant, givenTimeline } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { refusesStrangers } from './shared/strangers.ts';

/** Queries with a valid date-time, encoded as they are sent. */
const VALID: readonly (readonly [string, string])[] = [
  ['in UTC', 'timestamp=2023-05-05T12:34:56Z'],
  ['with a fraction', 'timestamp=2023-05-05T12:34:56.5Z'],
  ['with nanoseconds', 'timestamp=2023-05-05T12:34:56.123456789Z'],
  ['with an offset to the east, encoded', 'timestamp=2023-05-05T12:34:56%2B02:00'],
  ['with an offset to the west', 'timestamp=2023-05-05T12:34:56-05:30'],
  ['with colons encoded', 'timestamp=2023-05-05T12%3A34%3A56Z'],
  ['of a leap day', 'timestamp=2024-02-29T23:59:59Z'],
  ['long ago', 'timestamp=1971-01-01T00:00:00Z'],
  ['far ahead', 'timestamp=2099-12-31T23:59:59.999Z'],
];

/** Queries without one. */
const INVALID: readonly (readonly [string, string])[] = [
  ['an empty timestamp', 'timestamp='],
  ['a word for a timestamp', 'timestamp=yesterday'],
  ['a date without a time', 'timestamp=2023-05-05'],
  ['a time without an offset', 'timestamp=2023-05-05T12:34:56'],
  ['seconds since 1970', 'timestamp=1683290096'],
  ['month 13', 'timestamp=2023-13-05T12:34:56Z'],
  ['the 30th of February', 'timestamp=2023-02-30T12:34:56Z'],
  ['hour 25', 'timestamp=2023-05-05T25:34:56Z'],
  ['an offset of 25 hours', 'timestamp=2023-05-05T12:34:56%2B25:00'],
  ['a broken encoding', 'timestamp=2023-05-05T12:34:56%ZZ'],
];

export default scenario({
  id: 'contract/get-lsn-by-timestamp',
  title: 'every valid date-time is looked up, and what is none is 400',
  decides: [
    'get_lsn_by_timestamp.200',
    'get_lsn_by_timestamp.400',
    'get_lsn_by_timestamp.401',
    'get_lsn_by_timestamp.403',
    'timeline.lsn-by-timestamp',
    'timeline.timestamp-valid',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    const timeline = await givenTimeline(context, api, tenant);
    const place = { tenant, timeline };
    const operation = 'get_lsn_by_timestamp';
    const now = { ...place, query: { timestamp: new Date().toISOString() } };
    await context.cause(`${operation}.200`, () => api.call(operation, now));
    const branch = await givenTimeline(context, api, tenant, 'branch', {
      ancestor_timeline_id: timeline,
    });
    await api.call(operation, {
      ...now,
      timeline: branch,
      expect: { kind: 'success', name: 'of a branch', requirement: 'timeline.lsn-by-timestamp' },
    });
    for (const [name, query] of VALID) {
      await api.call(operation, {
        ...place,
        query,
        expect: {
          kind: 'success',
          rule: 'refuses-valid',
          name,
          requirement: 'timeline.lsn-by-timestamp',
        },
      });
    }
    await context.cause(`${operation}.400`, () => api.call(operation, place));
    for (const [cause, query] of INVALID) {
      await api.call(operation, {
        ...place,
        query,
        expect: {
          kind: 'refusal',
          statuses: [400],
          cause,
          name: cause,
          requirement: 'timeline.timestamp-valid',
        },
      });
    }
    await refusesMalformedIds(context, api, operation, now);
    await refusesStrangers(context, api, operation, now);
  },
});
