// A round of eviction by disk usage ends, tells its result, and takes nothing away that was acknowledged.

import { scenario } from '#suite';
import { givenStoredTenant } from './shared/given.ts';
import { listedIds, mustShow } from './shared/seen.ts';

export default scenario({
  id: 'contract/eviction-run',
  title: 'an eviction round ends with an object and loses no timeline',
  decides: ['eviction_run.200', 'node.eviction', 'auth.open-eviction'],
  async run(context) {
    const api = await context.api();
    const { tenant, timeline } = await givenStoredTenant(context, api);
    await context.cause('eviction_run.200', () =>
      api.call('eviction_run', { body: { evict_bytes: 1 } }),
    );
    for (const bytes of [0, 1_048_576, 1_099_511_627_776]) {
      await api.call('eviction_run', {
        body: { evict_bytes: bytes },
        token: null,
        expect: {
          kind: 'success',
          name: `${bytes} bytes, without a token`,
          requirement: 'auth.open-eviction',
        },
      });
    }
    // Larger than any disk, and than a double can hold: whatever is answered, nothing is lost.
    const unjudged = await context.api({ judged: false });
    for (const bytes of ['9223372036854775809', '9'.repeat(400)]) {
      const { response } = await unjudged.call('eviction_run', {
        rawBody: `{"evict_bytes":${bytes}}`,
      });
      const status = response?.status ?? 0;
      context.check('node.eviction', `${bytes.length} digits`, status === 200 || status >= 400, {
        message: `an eviction of a number of ${bytes.length} digits was neither done nor refused`,
        actual: status,
      });
    }
    const list = await api.call('timeline_list', { tenant });
    mustShow(context, 'node.eviction', 'the timeline is still there', {
      exchange: list,
      expected: [timeline],
      actual: listedIds(list, 'timeline_id'),
    });
    // The document has no status for a body that is wrong: the judge would speak of each, so only success counts here.
    const refused = await unjudged.call('eviction_run', { rawBody: '{"evict_bytes":' });
    mustShow(context, 'node.eviction', 'a body that is no JSON is refused', {
      exchange: refused,
      expected: true,
      actual: (refused.response?.status ?? 0) >= 400,
    });
  },
});
