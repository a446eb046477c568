// No secured operation believes a token that proves nothing, and nothing changes by trying.

import { type Api, type ScenarioContext, scenario } from '#suite';
import {
  givenWorld,
  mustBeUnchanged,
  overClients,
  rightCall,
  SECURED,
  snapshot,
  type World,
} from '../shared/world.ts';
import { mustStillBeAway } from './away.ts';
import { type BadToken, badTokens } from './bad-tokens.ts';

export default scenario({
  id: 'contract/auth/tokens',
  title:
    'a missing, malformed, unsigned, altered or ended token opens no operation and changes nothing',
  needs: ['auth'],
  decides: [
    'auth.token-required',
    'auth.malformed-token',
    'auth.algorithm',
    'auth.signature',
    'auth.claims',
    'auth.expiry',
    'auth.bearer-jwt',
    'auth.scheme-case',
    'auth.refusal-changes-nothing',
  ],
  async run(context) {
    const api = await context.api();
    const world = await givenWorld(context, api);
    const before = await snapshot(api, world);
    const bad = badTokens(context.tokens!, world.tenant);
    await overClients(context, SECURED, (client, operation) =>
      refusesAll(context, client, { operation, world, bad }),
    );
    await mustBeUnchanged(context, api, world, {
      before,
      requirement: 'auth.refusal-changes-nothing',
      name: 'tokens that prove nothing',
    });
    await mustStillBeAway(context, api, { attach: world.away, load: world.ignored });
    await takesRightForms(context, api, world);
  },
});

async function refusesAll(
  context: ScenarioContext,
  api: Api,
  given: { readonly operation: string; readonly world: World; readonly bad: readonly BadToken[] },
): Promise<void> {
  const { operation, world, bad } = given;
  if (!context.catalogue.operation(operation)) return;
  const right = rightCall(context, operation, world);
  for (const { cause, requirement, statuses, call } of bad) {
    await api.call(operation, {
      ...right,
      ...call,
      expect: { kind: 'refusal', statuses, cause, requirement, name: `${operation}: ${cause}` },
    });
  }
}

/** The scheme is a word in any case of letters (RFC 9110 section 11.1), of which the document says nothing; claims may be more. */
async function takesRightForms(context: ScenarioContext, api: Api, world: World): Promise<void> {
  const tokens = context.tokens!;
  const token = tokens.mint({ scope: 'pageserverapi' });
  for (const scheme of ['bearer', 'BEARER', 'Bearer']) {
    await api.call('tenant_status', {
      tenant: world.tenant,
      token: null,
      headers: { authorization: `${scheme} ${token}` },
      expect: {
        kind: 'success',
        name: `the scheme ${scheme}`,
        ...(scheme === 'Bearer'
          ? { requirement: 'auth.bearer-jwt' }
          : { requirement: 'auth.scheme-case', rule: 'scheme-case-refused' }),
      },
    });
  }
  const now = Math.floor(Date.now() / 1000);
  for (const [name, claims] of [
    ['the time of issue', { iat: now - 60 }],
    ['a subject and an issuer', { sub: 'control plane', iss: 'suite' }],
    ['an end far ahead', { exp: now + 86_400 }],
  ] as const) {
    await api.call('tenant_status', {
      tenant: world.tenant,
      token: tokens.mint({ scope: 'pageserverapi', ...claims }),
      expect: { kind: 'success', name: `a token with ${name}`, requirement: 'auth.bearer-jwt' },
    });
  }
}
