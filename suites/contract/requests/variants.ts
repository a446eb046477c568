// Values for a member of a request, made from its schema: such as it forbids, and such as it allows at its edges.

import type { ScenarioContext } from '#suite';

type Catalogue = ScenarioContext['catalogue'];

/** A value as JSON text, for numbers that a double can't hold. */
export interface Variant {
  /** What it is, in a few words. */
  readonly cause: string;
  /** The value, written as JSON. */
  readonly json: string;
}

/** A member of a request's body. */
export interface Member {
  readonly name: string;
  /** Type as the schema says: string, integer or boolean. */
  readonly type: string;
  /** True for ids: their form is part of what the document's 400 names. */
  readonly isId: boolean;
}

/** The members of an operation's JSON body, by its schema; none where it has no body. */
export function bodyMembers(catalogue: Catalogue, operation: string): readonly Member[] {
  const media = catalogue.operation(operation)?.body?.media.get('application/json');
  const { properties = {} } = resolve(catalogue, media);
  return Object.entries(properties as Record<string, unknown>).map(([name, node]) => {
    const { type, format } = resolve(catalogue, node);
    return {
      name,
      type: String(type),
      isId: format === 'hex' && !name.endsWith('lsn'),
    };
  });
}

type SchemaNode = Readonly<Record<string, unknown>>;

function resolve(catalogue: Catalogue, node: unknown): SchemaNode {
  const { $ref: reference } = (node ?? {}) as { $ref?: string };
  if (reference === undefined) return (node ?? {}) as SchemaNode;
  let found: unknown = catalogue.document.root;
  for (const token of reference.split('/').slice(1)) found = (found as SchemaNode)[token];
  return resolve(catalogue, found);
}

const OBJECTS: readonly Variant[] = [
  { cause: 'null', json: 'null' },
  { cause: 'a list', json: '[]' },
  { cause: 'an object', json: '{}' },
];

const FORBIDDEN: Readonly<Record<string, readonly Variant[]>> = {
  string: [{ cause: 'a number', json: '7' }, { cause: 'a boolean', json: 'true' }, ...OBJECTS],
  integer: [
    { cause: 'a word', json: '"many"' },
    { cause: 'a number as text', json: '"7"' },
    { cause: 'a fraction', json: '1.5' },
    { cause: 'a boolean', json: 'true' },
    ...OBJECTS,
  ],
  boolean: [
    { cause: 'a word', json: '"yes"' },
    { cause: 'a boolean as text', json: '"true"' },
    { cause: 'a number', json: '1' },
    ...OBJECTS,
  ],
};

/** Values that the schema of the member forbids. */
export const forbidden = (member: Member): readonly Variant[] => FORBIDDEN[member.type] ?? [];

/** Integers that every schema of the document allows, though a server may have limits of its own. */
export const EDGE_INTEGERS: readonly Variant[] = [
  { cause: 'zero', json: '0' },
  { cause: 'a negative number', json: '-1' },
  { cause: '2^31', json: '2147483648' },
  { cause: '2^53 and one', json: '9007199254740993' },
  { cause: '2^63 and one', json: '9223372036854775809' },
  { cause: '30 digits', json: '123456789012345678901234567890' },
];

/** Those of them that no server needs. */
export const HUGE_INTEGERS: readonly Variant[] = EDGE_INTEGERS.slice(-2);

/** A text longer than anybody writes. */
export const HUGE_TEXT: Variant = {
  cause: 'a text of 20 kB',
  json: JSON.stringify('d'.repeat(20_000)),
};

/** Texts likewise. */
export const EDGE_TEXTS: readonly Variant[] = [
  { cause: 'an empty text', json: '""' },
  { cause: 'a text that is no duration', json: '"some time"' },
  { cause: 'a text beyond ASCII', json: '"sieben Tage – 七日"' },
  { cause: 'a text with escapes', json: '"7\\u0064ays \\"quoted\\" \\\\"' },
  HUGE_TEXT,
];

/** A body of members that are JSON text already. */
export function bodyText(members: Readonly<Record<string, string>>): string {
  const parts = Object.entries(members).map(([name, json]) => `${JSON.stringify(name)}:${json}`);
  return `{${parts.join(',')}}`;
}
