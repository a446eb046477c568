// Reads after a restart show what they showed before it, also when the store lists in pages of two keys.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { untilActive } from './shared/given.ts';
import { ALL_SETTINGS } from './shared/settings.ts';
import { givenTreeOfNine, lastingReads, type Tree } from './shared/tree.ts';

export default scenario({
  id: 'contract/reads-after-restart',
  title:
    'reads after a restart, and after an attach, show nine timelines though the store lists in pages of two',
  decides: ['meaning.reads-stay-right', 'meaning.pages', 'attach.data-intact'],
  needs: ['restart', 'tap'],
  async run(context) {
    const api = await context.api();
    const trees = [
      await givenTreeOfNine(context, api, 'one', 33_333_333),
      await givenTreeOfNine(context, api, 'two', 44_444_444),
    ];
    // The one has the settings of its create, the other every one there is.
    await setsAll(api, trees[1]!.tenant);
    const { store } = context.rig;
    for (const { tenant } of trees) store.setPageKeys(2, tenant);
    const before = [await lastingReads(api, trees[0]!), await lastingReads(api, trees[1]!)];
    await api.node.restart();
    const fresh = await context.api();
    for (const [index, tree] of trees.entries()) {
      await untilActive(context, fresh, tree.tenant);
      const after = await lastingReads(fresh, tree);
      mustBeAsBefore(context, tree, 'meaning.reads-stay-right', 'a restart', before[index]!, after);
    }
    const [tree] = trees;
    await fresh.call('detach', { tenant: tree!.tenant });
    await fresh.call('attach', {
      tenant: tree!.tenant,
      expect: { kind: 'success', name: 'with pages of two keys', requirement: 'meaning.pages' },
    });
    await untilActive(context, fresh, tree!.tenant);
    // A detach may drop the config.
    const { tenant_get_config: _, ...kept } = before[0]!;
    const after = await lastingReads(fresh, tree!);
    mustBeAsBefore(context, tree!, 'meaning.pages', 'an attach', kept, after);
    mustBeAsBefore(context, tree!, 'attach.data-intact', 'an attach', kept, after);
  },
});

/**
 * Every setting, one with more digits than a double holds: who writes a config to disk and reads it again must not lose any. The wide
 * one may be refused; then the others come alone.
 */
async function setsAll(api: Api, tenant: string): Promise<void> {
  const plain = { tenant_id: tenant, ...ALL_SETTINGS };
  const wide = JSON.stringify(plain).replace(/"gc_horizon":\d+/, '"gc_horizon":9007199254740993');
  const { response } = await api.call('tenant_config', { tenant, rawBody: wide });
  if (response?.status !== 200) await api.call('tenant_config', { tenant, body: plain });
}

function mustBeAsBefore(
  context: ScenarioContext,
  tree: Tree,
  requirement: string,
  what: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): void {
  for (const [operation, text] of Object.entries(before)) {
    context.check(requirement, `${operation} after ${what}`, after[operation] === text, {
      message: `${operation} shows something else after ${what} than before`,
      expected: text,
      actual: after[operation],
      tenant: tree.tenant,
    });
  }
}
