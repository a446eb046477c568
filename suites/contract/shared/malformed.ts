// Ids that are none, in every place of the path that takes one.

import type { Api, CallOptions, ScenarioContext } from '#suite';

/** Ids that are not 32 hexadecimal digits, made from a right one; what is wrong with each, in words. */
const WRONG_IDS: readonly (readonly [string, (id: string) => string])[] = [
  ['an id of 31 digits', (id) => id.slice(1)],
  ['an id of 33 digits', (id) => `${id}0`],
  ['an id with a letter that is no digit', (id) => `g${id.slice(1)}`],
  ['an id that begins with 0x', (id) => `0x${id.slice(2)}`],
  ['an id of one digit', () => '7'],
];

/**
 * Causes the 400 of an operation by its path, and has each wrong id refused in each place; where the document has no 400,
 * any error is right.
 */
export async function refusesMalformedIds(
  context: ScenarioContext,
  api: Api,
  operation: string,
  call: CallOptions,
): Promise<void> {
  const known = context.catalogue.operation(operation);
  if (!known) return;
  const has400 = known.answers.some((answer) => answer.status === '400');
  const places = (['tenant', 'timeline'] as const).filter((place) =>
    known.path.includes(`{${place}_id}`),
  );
  if (has400) {
    const tenant = call.tenant!.slice(1);
    await context.cause(`${operation}.400`, () => api.call(operation, { ...call, tenant }));
  }
  for (const place of places) {
    for (const [cause, spoil] of WRONG_IDS) {
      const name = `${place}: ${cause}`;
      await api.call(operation, {
        ...call,
        [place]: spoil(call[place]!),
        expect: has400
          ? { kind: 'refusal', statuses: [400], cause, name }
          : { kind: 'undocumented', cause, name, requirement: 'ids.malformed' },
      });
    }
    await refusesEmptyId(context, api, known, { ...call, [place]: '' }, place);
  }
}

/** An empty id leaves a path that may be one the server does not know: any error is right, in any form. */
async function refusesEmptyId(
  context: ScenarioContext,
  api: Api,
  operation: { readonly name: string; readonly path: string; readonly method: string },
  call: CallOptions,
  place: 'tenant' | 'timeline',
): Promise<void> {
  // At the end of a path nothing is left of it: that is another path of the document.
  if (operation.path.endsWith(`{${place}_id}`)) return;
  const path = operation.path
    .replace('{tenant_id}', call.tenant ?? '')
    .replace('{timeline_id}', call.timeline ?? '');
  const { tenant: _tenant, timeline: _timeline, ...rest } = call;
  const answer = await api.call('other', { ...rest, path, method: operation.method });
  const status = answer.response?.status;
  context.check('ids.malformed', `${operation.name}: empty ${place} id`, (status ?? 0) >= 400, {
    message: `${operation.name} was not refused with an empty ${place} id`,
    expected: 'an error',
    actual: status ?? answer.failure?.error,
  });
}
