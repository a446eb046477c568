// Who may not: no token, no token at all by its form, a token for another tenant, a token of another scope.

import type { Api, CallOptions, ScenarioContext } from '#suite';

/**
 * Causes 401 and 403 of an operation with an otherwise right request. What a refused request must not do is the caller's
 * to look at afterwards.
 */
export async function refusesStrangers(
  context: ScenarioContext,
  api: Api,
  operation: string,
  call: CallOptions,
): Promise<void> {
  const { tokens } = context;
  if (!tokens) {
    for (const status of [401, 403]) {
      context.unsupported(`${operation}.${status}`, 'the target takes no tokens');
    }
    return;
  }
  await context.cause(`${operation}.401`, () => api.call(operation, { ...call, token: null }));
  await api.call(operation, {
    ...call,
    token: 'not-a-token',
    expect: { kind: 'refusal', statuses: [401], cause: 'a token that is no JWT', name: 'no JWT' },
  });
  const stranger = tokens.mint({ scope: 'tenant', tenant_id: context.tenant('stranger') });
  await context.cause(`${operation}.403`, () => api.call(operation, { ...call, token: stranger }));
  await api.call(operation, {
    ...call,
    token: tokens.mint({ scope: 'safekeeperdata' }),
    expect: {
      kind: 'refusal',
      // A server that does not know the scope at all may say that nobody is proved by it.
      statuses: [403, 401],
      cause: 'a token whose scope is for another service',
      name: 'wrong scope',
    },
  });
}
