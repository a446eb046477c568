// A read is as right on the second and the hundredth call as on the first: two tenants, nine timelines each in a tree.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { givenTreeOfNine, lastingReads, type Tree } from './shared/tree.ts';

/** Calls of each read; what wears out does so within them. */
const CALLS = 100;

export default scenario({
  id: 'contract/reads-again',
  title: 'reads are as right on the second and the hundredth call as on the first',
  decides: ['meaning.reads-stay-right', 'meaning.operations-agree'],
  async run(context) {
    const first = await context.api();
    const second = await context.api();
    await Promise.all([
      readsAgain(context, first, await givenTreeOfNine(context, first, 'one', 11_111_111)),
      readsAgain(context, second, await givenTreeOfNine(context, second, 'two', 22_222_222)),
    ]);
  },
});

async function readsAgain(context: ScenarioContext, api: Api, tree: Tree): Promise<void> {
  const before = await lastingReads(api, tree);
  context.check(
    'meaning.operations-agree',
    'the list shows every timeline that was created',
    tree.timelines.every((id) => before.timeline_list?.includes(id)),
    { expected: tree.timelines, actual: before.timeline_list, tenant: tree.tenant },
  );
  for (let call = 2; call <= CALLS; call += 1) {
    const now = await lastingReads(api, tree);
    for (const [operation, text] of Object.entries(before)) {
      if (call !== 2 && call !== CALLS && now[operation] === text) continue;
      context.check(
        'meaning.reads-stay-right',
        `${operation}, call ${call}`,
        now[operation] === text,
        {
          message: `${operation} showed something else on call ${call} than on the first`,
          expected: text,
          actual: now[operation],
          tenant: tree.tenant,
        },
      );
    }
  }
}
