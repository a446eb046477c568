// A read is as right on the second and the hundredth call as on the first: two tenants, nine timelines each in a tree.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { givenTreeOfNine, lastingReads, type Tree } from './shared/tree.ts';

/** Calls of each read; what wears out does so within them. */
const CALLS = 100;
const READERS = 4;

export default scenario({
  id: 'contract/reads-again',
  title: 'reads are as right on the second and the hundredth call as on the first',
  decides: ['meaning.reads-stay-right', 'meaning.operations-agree'],
  async run(context) {
    const api = await context.api();
    const one = await firstReads(context, api, 'one', 11_111_111);
    const two = await firstReads(context, api, 'two', 22_222_222);
    // What wears out in one tenant's reads may show in the other's.
    await mustStay(context, api, one, 2);
    await mustStay(context, api, two, 2);
    await readOn(context, one);
    await mustStay(context, api, two, CALLS);
    await mustStay(context, api, one, CALLS);
  },
});

interface FirstReads {
  readonly tree: Tree;
  readonly shown: Readonly<Record<string, string>>;
}

async function firstReads(
  context: ScenarioContext,
  api: Api,
  name: string,
  horizon: number,
): Promise<FirstReads> {
  const tree = await givenTreeOfNine(context, api, name, horizon);
  const shown = await lastingReads(api, tree);
  context.check(
    'meaning.operations-agree',
    'the list shows every timeline that was created',
    tree.timelines.every((id) => shown.timeline_list?.includes(id)),
    { expected: tree.timelines, actual: shown.timeline_list, tenant: tree.tenant },
  );
  return { tree, shown };
}

/** The calls from the third to the last but one, by several callers: a server may take its time for each. */
async function readOn(context: ScenarioContext, reads: FirstReads): Promise<void> {
  let call = 3;
  const reader = async (): Promise<void> => {
    const api = await context.api();
    while (call < CALLS) {
      call += 1;
      await mustStay(context, api, reads, call - 1);
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
}

/** Reads again; calls between the second and the last are told only where they show something else. */
async function mustStay(
  context: ScenarioContext,
  api: Api,
  { tree, shown }: FirstReads,
  call: number,
): Promise<void> {
  const now = await lastingReads(api, tree);
  for (const [operation, text] of Object.entries(shown)) {
    const isSame = now[operation] === text;
    if (call !== 2 && call !== CALLS && isSame) continue;
    context.check('meaning.reads-stay-right', `${operation}, call ${call}`, isSame, {
      message: `${operation} showed something else on call ${call} than on the first`,
      expected: text,
      actual: now[operation],
      tenant: tree.tenant,
    });
  }
}
