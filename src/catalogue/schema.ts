// From an OpenAPI 3.0 schema to a JSON Schema (draft 2019-09) of the same meaning. What OpenAPI 3.0 says differently:
// `nullable`, boolean exclusive bounds, nothing beside `$ref`, `readOnly`/`writeOnly` with `required`, and keywords that
// only document. References are put in place; only those that recur become `$defs`.

import { dereference, escapeToken, isRecord, type JsonRecord } from './pointer.ts';

/** How to normalise. */
export interface SchemaOptions {
  /** The document that references lead into. */
  readonly root: unknown;
  /** Which way the value travels: a `readOnly` property is not required in a request, nor a `writeOnly` one in a response. */
  readonly direction: 'request' | 'response';
  /** Closed: a property that no part of the schema names is an error, unless `additionalProperties` allows it. */
  readonly closed?: boolean;
  /** Chooses the `format` of a schema; undefined leaves it out. Default: the document's. */
  readonly formatOf?: (place: FormatPlace) => string | undefined;
}

/** Where a schema stands, for the choice of its format. */
export interface FormatPlace {
  /** The document's own `format`. */
  readonly format: string | undefined;
  /** Name of the property whose value it describes (arrays passed through); undefined at the top. */
  readonly property: string | undefined;
  /** Pointer in the document where the schema stands; undefined below the top of an inline schema. */
  readonly pointer: string | undefined;
}

/** Keywords that both dialects share and that hold no schemas. */
const PLAIN_KEYWORDS = [
  'enum',
  'maximum',
  'minimum',
  'multipleOf',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'maxProperties',
  'minProperties',
] as const;

interface Context extends SchemaOptions {
  readonly definitions: Map<string, string>;
  readonly defs: JsonRecord;
  /** References that are being put in place right now. */
  readonly open: readonly string[];
  readonly recursive: ReadonlySet<string>;
}

interface Place {
  readonly property?: string | undefined;
  readonly pointer?: string | undefined;
  /** True for a part of `allOf` and its like, which must not be closed by itself. */
  readonly part?: boolean;
}

/** The JSON Schema of an OpenAPI 3.0 schema. `pointer` is where it stands, if `formatOf` wants to know. */
export function toJsonSchema(
  schema: unknown,
  options: SchemaOptions,
  pointer?: string,
): JsonRecord {
  const context: Context = {
    ...options,
    definitions: new Map(),
    defs: {},
    open: [],
    recursive: findRecursive(schema, options.root),
  };
  const result = convert(schema, context, { pointer });
  return Object.keys(context.defs).length === 0 ? result : { ...result, $defs: context.defs };
}

function convert(schema: unknown, context: Context, place: Place): JsonRecord {
  if (!isRecord(schema)) return {};
  if (typeof schema.$ref === 'string') return convertReference(schema.$ref, context, place);
  const result: JsonRecord = {};
  for (const keyword of PLAIN_KEYWORDS) {
    if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  }
  convertType(schema, result);
  convertBounds(schema, result);
  convertFormat(schema, result, context, place);
  convertObject(schema, result, context, place);
  convertParts(schema, result, context, place);
  if (context.closed && !place.part && namesProperties(schema, context.root, new Set())) {
    result.unevaluatedProperties = false;
  }
  return result;
}

function convertReference(reference: string, context: Context, place: Place): JsonRecord {
  const found = dereference(context.root, { $ref: reference });
  if (!found.ok) throw new Error(found.message);
  const target = found.pointer ?? reference;
  const next = { ...place, pointer: target.slice(1) };
  if (!context.recursive.has(target)) return convert(found.node, context, next);
  // The same schema may be wanted closed and, inside allOf, as a part.
  const key = [target, place.part, place.property, context.closed].join(' ');
  let name = context.definitions.get(key);
  if (name === undefined) {
    name = `s${context.definitions.size}`;
    context.definitions.set(key, name);
    context.defs[name] = convert(found.node, context, next);
  }
  return { $ref: `#/$defs/${name}` };
}

/** `nullable` counts only beside a `type` (OpenAPI 3.0.3, Schema Object). */
function convertType(schema: JsonRecord, result: JsonRecord): void {
  if (schema.type === undefined) return;
  result.type =
    schema.nullable === true && typeof schema.type === 'string'
      ? [schema.type, 'null']
      : schema.type;
}

/** A boolean exclusive bound makes the inclusive one strict; a number is taken as later drafts mean it. */
function convertBounds(schema: JsonRecord, result: JsonRecord): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const strict = schema[exclusive];
    if (typeof strict === 'number') result[exclusive] = strict;
    if (strict !== true || schema[bound] === undefined) continue;
    result[exclusive] = schema[bound];
    delete result[bound];
  }
}

function convertFormat(
  schema: JsonRecord,
  result: JsonRecord,
  context: Context,
  place: Place,
): void {
  const own = typeof schema.format === 'string' ? schema.format : undefined;
  const format = context.formatOf
    ? context.formatOf({ format: own, property: place.property, pointer: place.pointer })
    : own;
  if (format !== undefined) result.format = format;
}

function convertObject(
  schema: JsonRecord,
  result: JsonRecord,
  context: Context,
  place: Place,
): void {
  const properties = isRecord(schema.properties) ? schema.properties : undefined;
  if (properties) {
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([name, child]) => {
        const pointer = below(place, 'properties', name);
        return [name, convert(child, context, { property: name, pointer })];
      }),
    );
  }
  if (Array.isArray(schema.required)) {
    const required = schema.required.filter(
      (name) => !excused(properties?.[name as string], context),
    );
    if (required.length > 0) result.required = required;
  }
  if (schema.items !== undefined) {
    const pointer = below(place, 'items');
    result.items = convert(schema.items, context, { property: place.property, pointer });
  }
  const rest = schema.additionalProperties;
  if (typeof rest === 'boolean') result.additionalProperties = rest;
  else if (isRecord(rest)) {
    result.additionalProperties = convert(rest, context, {
      pointer: below(place, 'additionalProperties'),
    });
  }
}

function convertParts(
  schema: JsonRecord,
  result: JsonRecord,
  context: Context,
  place: Place,
): void {
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const) {
    const parts = schema[keyword];
    if (!Array.isArray(parts)) continue;
    result[keyword] = parts.map((part, index) =>
      convert(part, context, {
        property: place.property,
        pointer: below(place, keyword, String(index)),
        part: true,
      }),
    );
  }
  if (schema.not !== undefined) {
    // Closing the forbidden schema would allow what it forbids.
    result.not = convert(schema.not, { ...context, closed: false }, { part: true });
  }
}

/** True for a property that this direction does not carry, so that `required` does not ask for it. */
function excused(property: unknown, context: Context): boolean {
  const found = dereference(context.root, property);
  if (!found.ok || !isRecord(found.node)) return false;
  return found.node[context.direction === 'request' ? 'readOnly' : 'writeOnly'] === true;
}

function below(place: Place, ...tokens: string[]): string | undefined {
  if (place.pointer === undefined) return undefined;
  return [place.pointer, ...tokens.map(escapeToken)].join('/');
}

/** True if the schema, or a part of it, names properties. A bare `type: object` leaves all of them free. */
function namesProperties(schema: unknown, root: unknown, seen: Set<unknown>): boolean {
  const found = dereference(root, schema);
  if (!found.ok || !isRecord(found.node) || seen.has(found.node)) return false;
  const node = found.node;
  seen.add(node);
  if (isRecord(node.properties)) return true;
  return ['allOf', 'anyOf', 'oneOf'].some((keyword) => {
    const parts = node[keyword];
    return Array.isArray(parts) && parts.some((part) => namesProperties(part, root, seen));
  });
}

/** References that lead back to themselves. */
function findRecursive(schema: unknown, root: unknown): Set<string> {
  const recursive = new Set<string>();
  const done = new Set<string>();
  const walk = (node: unknown, open: readonly string[]): void => {
    if (typeof node !== 'object' || node === null) return;
    if (isRecord(node) && typeof node.$ref === 'string') {
      const found = dereference(root, node);
      if (!found.ok) return;
      const target = found.pointer!;
      if (open.includes(target)) recursive.add(target);
      if (open.includes(target) || done.has(target)) return;
      walk(found.node, [...open, target]);
      done.add(target);
      return;
    }
    for (const child of Object.values(node)) walk(child, open);
  };
  walk(schema, []);
  return recursive;
}
