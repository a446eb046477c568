// Decodes JSON into plain records by Go's rules: keys match in any case, the last duplicate wins, unknown keys
// are ignored, null keeps what was there, integers are 64 bits exact, and a value of a wrong type is remembered
// as the error while all others are still stored.

import { GoSyntaxError, scanFirstValue, scanValue, skipSpace } from './json-scan.ts';

/** A Go struct: `name` as errors show it in field paths, `type` as they show the type itself. */
export interface GoStruct {
  readonly name: string;
  readonly type: string;
  readonly fields: Readonly<Record<string, GoType>>;
  /** Name of an embedded struct that all fields but those of `own` come from; error texts show it. */
  readonly embedded?: { readonly name: string; readonly own: readonly string[] };
}

/** Types of a field; int and int64 become bigint, float32 a number rounded to 32 bits. */
export type GoType = 'string' | 'bool' | 'int' | 'int64' | 'float32' | GoStruct;

/** Values that a record may hold. */
export type GoRecord = { [key: string]: string | boolean | bigint | number | GoRecord };

/** Go refused the body; `message` is Go's text, to be put behind `bad request body: `. */
export class GoDecodeError extends Error {}

interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Context {
  readonly errors: string[];
  readonly path: readonly string[];
  readonly owner: string | undefined;
}

/** Stores the first value of `body` in `target`. Throws GoDecodeError after having stored what was well typed. */
export function decodeObject(body: Buffer, struct: GoStruct, target: GoRecord): void {
  const value = firstValue(body);
  const context: Context = { errors: [], path: [], owner: undefined };
  decodeStruct(value, struct, target, context);
  throwFirst(context);
}

/** The elements of an array of structs, each a fresh record; null is an empty list. */
export function decodeArray(body: Buffer, arrayType: string, struct: GoStruct): GoRecord[] {
  const value = firstValue(body);
  const context: Context = { errors: [], path: [], owner: undefined };
  const records: GoRecord[] = [];
  const kind = kindOf(value);
  if (kind === 'array') {
    for (const element of elementsOf(value)) {
      const record: GoRecord = {};
      decodeStruct(element, struct, record, context);
      records.push(record);
    }
  } else if (kind !== 'null') {
    mismatch(value, arrayType, context);
  }
  throwFirst(context);
  return records;
}

function throwFirst(context: Context): void {
  const first = context.errors[0];
  if (first !== undefined) throw new GoDecodeError(first);
}

function firstValue(body: Buffer): Span {
  const text = body.toString('latin1');
  try {
    return { text, ...scanFirstValue(text) };
  } catch (error) {
    if (error instanceof GoSyntaxError) throw new GoDecodeError(error.message);
    throw error;
  }
}

function decodeStruct(value: Span, struct: GoStruct, target: GoRecord, context: Context): void {
  const kind = kindOf(value);
  if (kind === 'null') return;
  if (kind !== 'object') {
    mismatch(value, struct.type, context);
    return;
  }
  for (const [key, member] of membersOf(value)) {
    const name = Object.keys(struct.fields).find((field) => equalFold(field, key));
    if (name === undefined) continue;
    const inner = {
      errors: context.errors,
      path: [...context.path, ...shownField(struct, name)],
      owner: struct.name,
    };
    decodeField(member, name, struct.fields[name]!, target, inner);
  }
}

function shownField({ embedded }: GoStruct, name: string): string[] {
  return embedded === undefined || embedded.own.includes(name) ? [name] : [embedded.name, name];
}

function decodeField(
  value: Span,
  name: string,
  type: GoType,
  target: GoRecord,
  context: Context,
): void {
  if (typeof type === 'object') {
    const inner = (target[name] as GoRecord | undefined) ?? {};
    decodeStruct(value, type, inner, context);
    target[name] = inner;
    return;
  }
  const kind = kindOf(value);
  if (kind === 'null') return;
  const raw = value.text.slice(value.start, value.end);
  const decoded = kind === expectedKind(type) ? decodeScalar(type, raw) : undefined;
  if (decoded === undefined) mismatch(value, type, context);
  else target[name] = decoded;
}

function expectedKind(type: Exclude<GoType, GoStruct>): string {
  if (type === 'string' || type === 'bool') return type;
  return 'number';
}

function decodeScalar(type: Exclude<GoType, GoStruct>, raw: string) {
  if (type === 'string') return decodeString(raw);
  if (type === 'bool') return raw === 'true';
  if (type === 'float32') {
    const rounded = Math.fround(Number(raw));
    return Number.isFinite(rounded) ? rounded : undefined;
  }
  if (!/^-?\d+$/.test(raw)) return undefined;
  const integer = BigInt(raw);
  return BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

function decodeString(raw: string): string {
  return (JSON.parse(Buffer.from(raw, 'latin1').toString('utf8')) as string).toWellFormed();
}

function mismatch(value: Span, type: string, context: Context): void {
  const kind = kindOf(value);
  const numeric = type === 'int' || type === 'int64' || type === 'float32';
  const shown =
    kind === 'number' && numeric ? `number ${value.text.slice(value.start, value.end)}` : kind;
  const place =
    context.owner === undefined
      ? 'Go value'
      : `Go struct field ${context.owner}.${context.path.join('.')}`;
  context.errors.push(`json: cannot unmarshal ${shown} into ${place} of type ${type}`);
}

function kindOf(value: Span): string {
  const kinds: Readonly<Record<string, string>> = {
    '{': 'object',
    '[': 'array',
    '"': 'string',
    t: 'bool',
    f: 'bool',
    n: 'null',
  };
  return kinds[value.text[value.start]!] ?? 'number';
}

function* membersOf(value: Span): Generator<[string, Span]> {
  const { text } = value;
  let at = skipSpace(text, value.start + 1);
  while (text[at] !== '}') {
    const keyEnd = scanValue(text, at);
    const key = decodeString(text.slice(at, keyEnd));
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = scanValue(text, start);
    yield [key, { text, start, end }];
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

function* elementsOf(value: Span): Generator<Span> {
  const { text } = value;
  let at = skipSpace(text, value.start + 1);
  while (text[at] !== ']') {
    const end = scanValue(text, at);
    yield { text, start: at, end };
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

function equalFold(left: string, right: string): boolean {
  return left === right || left.toUpperCase().toLowerCase() === right.toUpperCase().toLowerCase();
}
