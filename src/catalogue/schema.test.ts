// The normalised schema means what the OpenAPI 3.0 schema means: compared with a small interpreter written from the
// specification (OpenAPI 3.0.3, Schema Object) that shares no code with the normalisation.

import { isDeepStrictEqual } from 'node:util';
import { Ajv2019 } from 'ajv/dist/2019.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toJsonSchema } from './schema.ts';

type Schema = Record<string, unknown>;

/** Does the value fit the schema, by the words of OpenAPI 3.0? */
function fits(
  root: Schema,
  schema: Schema,
  value: unknown,
  direction: 'request' | 'response',
): boolean {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.replace('#/components/schemas/', '');
    const schemas = (root.components as { schemas: Record<string, Schema> }).schemas;
    return fits(root, schemas[name]!, value, direction);
  }
  const check = (part: Schema): boolean => fits(root, part, value, direction);
  const parts = (keyword: string): Schema[] | undefined => schema[keyword] as Schema[] | undefined;
  return (
    fitsType(schema, value) &&
    fitsBounds(schema, value) &&
    fitsObject(root, schema, value, direction) &&
    (!Array.isArray(value) ||
      schema.items === undefined ||
      value.every((item) => fits(root, schema.items as Schema, item, direction))) &&
    (schema.enum === undefined ||
      (schema.enum as unknown[]).some((one) => isDeepStrictEqual(one, value))) &&
    (parts('allOf') ?? []).every(check) &&
    (parts('anyOf')?.some(check) ?? true) &&
    (parts('oneOf') === undefined || parts('oneOf')!.filter(check).length === 1) &&
    (schema.not === undefined || !check(schema.not as Schema))
  );
}

function fitsType(schema: Schema, value: unknown): boolean {
  if (schema.type === undefined) return true;
  if (value === null) return schema.nullable === true;
  const kind = Array.isArray(value) ? 'array' : typeof value;
  return schema.type === 'integer' ? Number.isInteger(value) : kind === schema.type;
}

function fitsBounds(schema: Schema, value: unknown): boolean {
  const { minLength, maxLength } = schema as { minLength?: number; maxLength?: number };
  if (typeof value === 'string') {
    const length = [...value].length;
    return length >= (minLength ?? 0) && length <= (maxLength ?? Number.POSITIVE_INFINITY);
  }
  if (typeof value !== 'number') return true;
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  if (
    minimum !== undefined &&
    (value < minimum || (schema.exclusiveMinimum === true && value === minimum))
  )
    return false;
  return (
    maximum === undefined ||
    !(value > maximum || (schema.exclusiveMaximum === true && value === maximum))
  );
}

function fitsObject(
  root: Schema,
  schema: Schema,
  value: unknown,
  direction: 'request' | 'response',
): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  const members = value as Schema;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const absent = direction === 'request' ? 'readOnly' : 'writeOnly';
  const required = ((schema.required ?? []) as string[]).filter(
    (name) => properties[name]?.[absent] !== true,
  );
  if (required.some((name) => !Object.hasOwn(members, name))) return false;
  return Object.entries(members).every(([name, child]) => {
    if (Object.hasOwn(properties, name)) return fits(root, properties[name]!, child, direction);
    const rest = schema.additionalProperties ?? true;
    return typeof rest === 'boolean' ? rest : fits(root, rest as Schema, child, direction);
  });
}

const name = fc.constantFrom('a', 'b', 'c');
const small = fc.integer({ min: -2, max: 2 });

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 'x', '', 'long text', 1.5),
    small,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** Mostly absent: a schema with all keywords at once accepts nothing. */
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const { schema } = fc.letrec<{ schema: Schema }>((tie) => {
  const child = tie('schema');
  const plain = fc
    .record({
      type: optional(fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean')),
      nullable: optional(fc.boolean()),
      minimum: optional(small),
      exclusiveMinimum: optional(fc.boolean()),
      maximum: optional(small),
      exclusiveMaximum: optional(fc.boolean()),
      minLength: optional(fc.constantFrom(0, 1, 3)),
      maxLength: optional(fc.constantFrom(1, 5)),
      enum: optional(fc.array(value, { minLength: 1, maxLength: 3 })),
      properties: optional(fc.dictionary(name, child, { maxKeys: 2, noNullPrototype: true })),
      required: optional(fc.uniqueArray(name, { minLength: 1, maxLength: 2 })),
      additionalProperties: optional(fc.oneof(fc.boolean(), child)),
      items: optional(child),
      allOf: optional(fc.array(child, { minLength: 1, maxLength: 2 })),
      anyOf: optional(fc.array(child, { minLength: 1, maxLength: 2 })),
      oneOf: optional(fc.array(child, { minLength: 1, maxLength: 2 })),
      not: optional(child),
      readOnly: optional(fc.boolean()),
      writeOnly: optional(fc.boolean()),
      description: optional(fc.constant('prose')),
      discriminator: optional(fc.constant({ propertyName: 'a' })),
    })
    .map((all) =>
      Object.fromEntries(
        Object.entries(all).filter(
          ([key, one]) =>
            one !== undefined && (key !== 'not' || Math.abs(JSON.stringify(one).length) % 3 === 0),
        ),
      ),
    );
  // What stands beside a reference must have no effect.
  const reference = fc.record({
    $ref: fc.constantFrom('#/components/schemas/Plain', '#/components/schemas/Tree'),
    type: optional(fc.constant('string')),
    nullable: optional(fc.constant(true)),
  });
  return {
    schema: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constant({ type: 'string' }),
      reference,
      plain,
      plain,
    ),
  };
});

const TREE = {
  type: 'object',
  properties: { a: { $ref: '#/components/schemas/Tree' }, b: { type: 'integer', nullable: true } },
  required: ['b'],
};

test('a normalised schema accepts exactly what the OpenAPI schema accepts', () => {
  const ajv = new Ajv2019({ strict: false, logger: false });
  let accepted = 0;
  fc.assert(
    fc.property(
      schema,
      fc.array(value, { minLength: 4, maxLength: 8 }),
      fc.constantFrom('request', 'response'),
      (given, values, direction) => {
        const Plain = { type: 'integer', minimum: 0, exclusiveMinimum: true };
        const root = { components: { schemas: { Tree: TREE, Plain } } };
        const normalised = toJsonSchema(given, { root, direction });
        const validate = ajv.compile(normalised);
        ajv.removeSchema();
        for (const one of values) {
          const right = fits(root, given, one, direction);
          if (right) accepted += 1;
          expect(validate(one), JSON.stringify({ given, one, normalised })).toBe(right);
        }
      },
    ),
    { seed: 11, numRuns: 600 },
  );
  expect(accepted).toBeGreaterThan(500);
});

test.each([
  [{ type: 'string', nullable: true }, null, true],
  [{ nullable: true, enum: ['a'] }, null, false],
  [{ type: 'string', nullable: true, enum: ['a'] }, null, false],
  [{ type: 'integer', minimum: 1, exclusiveMinimum: true }, 1, false],
  [{ type: 'integer', minimum: 1, exclusiveMinimum: false }, 1, true],
  [{ type: 'integer', exclusiveMaximum: true }, 1, true],
])('%j takes %j: %j', (given, one, expected) => {
  const normalised = toJsonSchema(given, { root: {}, direction: 'response' });
  expect(new Ajv2019({ strict: false }).compile(normalised)(one)).toBe(expected);
});

test('closed: a property that no part names is told, whatever part it is in', () => {
  const root = { components: { schemas: { Tree: TREE, Base: { properties: { x: {} } } } } };
  const closed = (given: object) => {
    const normalised = toJsonSchema(given, { root, direction: 'response', closed: true });
    return new Ajv2019({ strict: false }).compile(normalised);
  };
  const both = closed({
    allOf: [{ $ref: '#/components/schemas/Base' }, { properties: { y: {} } }],
  });
  expect([both({ x: 1, y: 2 }), both({ x: 1, z: 2 })]).toEqual([true, false]);
  const tree = closed({ $ref: '#/components/schemas/Tree' });
  expect([tree({ b: 1, a: { b: null } }), tree({ b: 1, a: { b: 2, c: 3 } })]).toEqual([
    true,
    false,
  ]);
  const list = closed({ type: 'array', items: { properties: { x: {} } } });
  expect([list([{ x: 1 }]), list([{ q: 1 }])]).toEqual([true, false]);
  expect(closed({ type: 'object' })({ anything: 1 })).toBe(true);
  expect(closed({ properties: { x: {} }, additionalProperties: true })({ q: 1 })).toBe(true);
});
