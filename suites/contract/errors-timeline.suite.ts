// Every operation on timelines tells its own failure with a 500 and a message; a delete that failed can be sent again.

import { type Api, type CallOptions, type ScenarioContext, scenario } from '#suite';
import { causesErrors } from './shared/errors.ts';
import { givenTenant, givenTimeline } from './shared/given.ts';

export default scenario({
  id: 'contract/errors-timeline',
  title: 'operations on timelines answer 500 with a message when they fail for any other reason',
  decides: [
    'timeline_list.500',
    'timeline_detail.500',
    'timeline_create.500',
    'timeline_delete.500',
    'get_lsn_by_timestamp.500',
    'do_gc.500',
    'timeline.delete-retry',
  ],
  async run(context) {
    const tenant = context.tenant('unknown');
    const timeline = context.timeline('unknown');
    const query = { timestamp: '2023-05-05T12:34:56Z' };
    const prepare = (api: Api, name: string): Promise<CallOptions> => whole(context, api, name);
    let isRepeated = false;
    await causesErrors(context, [
      { operation: 'timeline_list', unknown: { tenant }, prepare },
      { operation: 'timeline_detail', unknown: { tenant, timeline }, prepare },
      { operation: 'do_gc', unknown: { tenant, timeline }, prepare },
      {
        operation: 'get_lsn_by_timestamp',
        unknown: { tenant, timeline, query },
        prepare: async (api, name) => ({ ...(await prepare(api, name)), query }),
      },
      {
        operation: 'timeline_create',
        unknown: { tenant, body: context.timelineBody({ new_timeline_id: timeline }) },
        prepare: async (api, name) => {
          const id = context.timeline(`${name}/new`);
          const body = context.timelineBody({ new_timeline_id: id });
          return { tenant: await givenTenant(context, api, name), timeline: id, body };
        },
      },
      {
        operation: 'timeline_delete',
        prepare,
        mended: async (api, call) => {
          isRepeated = true;
          await api.call('timeline_delete', {
            ...call,
            expect: {
              kind: 'one-of',
              statuses: [200, 404],
              cause: 'a delete that is sent again after a 500',
              name: 'ends when the store is whole again',
              requirement: 'timeline.delete-retry',
            },
          });
        },
      },
    ]);
    if (!isRepeated) {
      context.unsupported('timeline.delete-retry', 'no delete could be made to fail from outside');
    }
  },
});

async function whole(
  context: ScenarioContext,
  api: Api,
  name: string,
): Promise<{ readonly tenant: string; readonly timeline: string }> {
  const tenant = await givenTenant(context, api, name);
  return { tenant, timeline: await givenTimeline(context, api, tenant, name) };
}
