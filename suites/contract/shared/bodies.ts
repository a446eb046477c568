// Bodies that a create or config request must not have.

import type { Api, CallOptions, ScenarioContext } from '#suite';

/** Bodies that are no JSON object at all: their refusal needs no reading between lines. */
const NO_OBJECT: readonly (readonly [string, string])[] = [
  ['a body that ends too early', '{"'],
  ['a body that is no JSON', 'tenant'],
  ['a body with bytes after it', '{}}'],
  ['a list as body', '[]'],
  ['a string as body', '"text"'],
];

/** One member with a value that its schema does not allow. */
export interface WrongMember {
  readonly member: string;
  readonly value: unknown;
}

/**
 * Causes the 400 of an operation by its body: no JSON, no object, ids that are none (these the document's text is about), and
 * members of a wrong type (accepting those is only more than the schema says). `right` is a body that would be accepted.
 */
export async function refusesMalformedBodies(
  context: ScenarioContext,
  api: Api,
  operation: string,
  call: CallOptions,
  right: Readonly<Record<string, unknown>>,
  wrong: { readonly ids: readonly string[]; readonly members: readonly WrongMember[] },
): Promise<void> {
  await context.cause(`${operation}.400`, () => api.call(operation, { ...call, rawBody: '{' }));
  for (const [cause, rawBody] of NO_OBJECT) {
    await api.call(operation, {
      ...call,
      rawBody,
      expect: { kind: 'refusal', statuses: [400], cause, name: cause },
    });
  }
  for (const member of wrong.ids) {
    for (const value of ['0123456789abcdef0123456789abcde', 'g'.repeat(32), '']) {
      const cause = `"${value}" as ${member}`;
      await api.call(operation, {
        ...call,
        body: { ...right, [member]: value },
        expect: { kind: 'refusal', statuses: [400], cause, name: cause, weight: 'named' },
      });
    }
  }
  for (const { member, value } of wrong.members) {
    const cause = `${JSON.stringify(value)} as ${member}`;
    await api.call(operation, {
      ...call,
      body: { ...right, [member]: value },
      expect: { kind: 'refusal', statuses: [400], cause, name: cause, weight: 'schema' },
    });
  }
}
