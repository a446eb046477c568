// A token counts until its end and not after it, give or take the grace that the server takes, at most 60 s. The grace is
// measured first; then one token is used before and after its own end, which lies a moment ahead.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { givenTenant } from '../shared/given.ts';

export default scenario({
  id: 'contract/auth/expiry',
  title: 'a token is taken before its end and refused after it',
  needs: ['auth'],
  decides: ['auth.expiry'],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    for (const ahead of [90, 3_600, 31_536_000]) {
      await api.call('tenant_status', {
        tenant,
        token: endingIn(context, ahead),
        expect: {
          kind: 'success',
          name: `${ahead} s before its end`,
          requirement: 'auth.expiry',
        },
      });
    }
    for (const past of [graceMaxS(context) + 2, 3_600, 31_536_000]) {
      await api.call('tenant_status', {
        tenant,
        token: endingIn(context, -past),
        expect: {
          kind: 'refusal',
          statuses: [401],
          cause: `a token that ended ${past} s ago`,
          requirement: 'auth.expiry',
          name: `${past} s after its end`,
        },
      });
    }
    await endsWhileInUse(context, api, tenant);
  },
});

/** The most that judging allows, in seconds. */
function graceMaxS(context: ScenarioContext): number {
  return context.rule('token-grace').seconds!;
}

function endingIn(context: ScenarioContext, seconds: number): string {
  const now = Math.floor(Date.now() / 1000);
  return context.tokens!.mint({ scope: 'pageserverapi', exp: now + seconds });
}

/** One token, taken and then refused: a server that remembers tokens must not forget their end. */
async function endsWhileInUse(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const grace = await measureGrace(context, api, tenant);
  if (grace === undefined) return;
  const now = Date.now() / 1000;
  // So much of its last second is left that the first use is certainly before its end.
  const end = Math.ceil(now + 0.3);
  const token = context.tokens!.mint({ scope: 'pageserverapi', exp: end - grace });
  const first = await api.call('tenant_status', { tenant, token });
  if (Date.now() / 1000 >= end) {
    context.undecided('auth.expiry', 'the token ended before it could be used');
    return;
  }
  context.check('auth.expiry', 'one token before its end', first.response?.status === 200, {
    message: 'a token was refused before its end',
    actual: first.response?.status,
  });
  // One second more than the end: a server may count in whole seconds.
  const limitMs = (end + 1.2) * 1000 - Date.now();
  const refused = await context.eventually(async () => {
    const { response } = await api.call('tenant_status', { tenant, token });
    return response?.status === 200 ? undefined : (response?.status ?? 0);
  }, limitMs);
  context.check('auth.expiry', 'the same token after its end', refused === 401, {
    message: 'a token that had been taken was not refused with 401 after its end',
    expected: 401,
    actual: refused ?? 'still taken',
  });
}

/** The longest time after its end, in whole seconds, at which a token is still taken; undefined: for ever. */
async function measureGrace(
  context: ScenarioContext,
  api: Api,
  tenant: string,
): Promise<number | undefined> {
  const isTaken = async (past: number): Promise<boolean> => {
    const { response } = await api.call('tenant_status', {
      tenant,
      token: endingIn(context, -past),
    });
    return response?.status === 200;
  };
  let refused = graceMaxS(context) + 2;
  let taken = -1;
  if (await isTaken(refused)) return undefined;
  while (refused - taken > 1) {
    const middle = Math.floor((refused + taken) / 2);
    if (await isTaken(middle)) taken = middle;
    else refused = middle;
  }
  return Math.max(taken, 0);
}
