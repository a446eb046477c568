// What the document frees from security needs no token, and takes no offence at one; the node tells one id however often.

import { scenario } from '#suite';
import { bodyObject, mustShow } from '../shared/seen.ts';

/** More often than a readiness check and a few scenarios ask. */
const OFTEN = 50;

export default scenario({
  id: 'contract/auth/open',
  title: 'status and eviction are open to everybody, and the node keeps its id',
  decides: ['auth.open-status', 'auth.open-eviction', 'node.status'],
  async run(context) {
    const api = await context.api();
    const { tokens } = context;
    const given: readonly (readonly [name: string, token: string | null])[] = [
      ['without a token', null],
      ...(tokens
        ? ([
            ['with a token for everything', tokens.mint({ scope: 'pageserverapi' })],
            [
              "with a tenant's token",
              tokens.mint({ scope: 'tenant', tenant_id: context.tenant() }),
            ],
            ['without a token, after others had one', null],
          ] as const)
        : []),
    ];
    const mayEvict = await context.mayEvict('auth.open-eviction');
    for (const [name, token] of given) {
      await api.call('status', {
        token,
        expect: { kind: 'success', name: `status ${name}`, requirement: 'auth.open-status' },
      });
      if (!mayEvict) continue;
      await api.call('eviction_run', {
        token,
        body: { evict_bytes: 1 },
        expect: { kind: 'success', name: `eviction ${name}`, requirement: 'auth.open-eviction' },
      });
    }
    const first = await api.call('status');
    for (let count = 2; count <= OFTEN; count += 1) {
      const shown = await api.call('status');
      mustShow(
        context,
        'node.status',
        'the id stays',
        { exchange: shown, expected: bodyObject(first).id, actual: bodyObject(shown).id },
        { message: 'the node tells another id than before' },
      );
    }
  },
});
