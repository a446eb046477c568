// Right answers and wrong ones, made from the document: each cell's sample body and the mutations that must be caught.
// Used by our own tests and benchmarks only.

import { type Catalogue, dereference, isRecord, type Obligation } from '../../catalogue/index.ts';
import { isLsn } from '../../core/lsn.ts';
import type { Exchange } from './exchange.ts';

const ID = '0123456789abcdef0123456789ABCDEF';
const LSN = '0/16B3748';

/** A right answer for this cell: every documented property is there. */
export function sampleExchange(catalogue: Catalogue, cell: Obligation): Exchange {
  const { operation, answer } = cell;
  const url = `http://127.0.0.1:9898${operation.path.replace(/\{[^}]+\}/g, ID)}`;
  const [media] = [...answer.media];
  const body = media ? JSON.stringify(sampleValue(catalogue, media[1])) : '';
  return {
    operation: operation.name,
    request: { method: operation.method, url },
    response: {
      status: Number(answer.status),
      headers: media ? { 'content-type': media[0] } : {},
      body: Buffer.from(body),
    },
  };
}

/** A value that fits a schema, every property present, arrays with two items. */
export function sampleValue(catalogue: Catalogue, schema: unknown, property = ''): unknown {
  const found = dereference(catalogue.document.root, schema);
  const node = found.ok && isRecord(found.node) ? found.node : {};
  switch (node.type) {
    case 'object': {
      const properties = isRecord(node.properties) ? node.properties : {};
      return Object.fromEntries(
        Object.entries(properties).map(([name, child]) => [
          name,
          sampleValue(catalogue, child, name),
        ]),
      );
    }
    case 'array':
      return [0, 1].map(() => sampleValue(catalogue, node.items, property));
    case 'integer':
      return 7;
    case 'number':
      return 1.5;
    case 'boolean':
      return true;
    case 'string':
      if (node.format === 'hex') return /lsn$/.test(property) ? LSN : ID;
      return property === 'id' ? ID : 'text';
    default:
      return null;
  }
}

/** One wrong answer. */
export interface WrongAnswer {
  /** What was done to the right one. */
  readonly mutation: string;
  readonly exchange: Exchange;
}

/** Everything that can go wrong with this cell in one step, done to an answer made from the schema. */
export function wrongAnswers(catalogue: Catalogue, cell: Obligation): WrongAnswer[] {
  return wrongAnswersOf(cell, sampleExchange(catalogue, cell));
}

/** The same, done to a given right answer of the cell. */
export function wrongAnswersOf(cell: Obligation, right: Exchange): WrongAnswer[] {
  const documented = cell.operation.answers.map((answer) => Number(answer.status));
  const other = [200, 201, 202, 204, 302, 404, 418, 503].filter((one) => !documented.includes(one));
  const wrong = other.map((status) => alter(right, `status ${status}`, { status }));
  if (cell.answer.media.size === 0) {
    for (const body of ['{}', '""', 'null', ' ', 'text']) {
      wrong.push(alter(right, `body ${JSON.stringify(body)}`, { body: Buffer.from(body) }));
    }
    return wrong;
  }
  return [...wrong, ...wrongLabels(right), ...wrongBytes(right), ...wrongValues(right)];
}

function alter(
  right: Exchange,
  mutation: string,
  change: Partial<Exchange['response']>,
): WrongAnswer {
  return { mutation, exchange: { ...right, response: { ...right.response, ...change } } };
}

function wrongLabels(right: Exchange): WrongAnswer[] {
  const labels = [
    'text/plain',
    'application/jsonx',
    'json',
    'application/json; charset=latin1',
    '',
  ];
  return [
    alter(right, 'no media type', { headers: {} }),
    ...labels.map((label) =>
      alter(right, `media type ${label}`, { headers: { 'content-type': label } }),
    ),
  ];
}

function wrongBytes(right: Exchange): WrongAnswer[] {
  const text = Buffer.from(right.response.body).toString();
  const bytes: Record<string, Buffer> = {
    'no body': Buffer.alloc(0),
    'cut body': Buffer.from(text.slice(0, -1)),
    'trailing bytes': Buffer.from(`${text}x`),
    'two bodies': Buffer.from(text + text),
    'byte order mark': Buffer.from(`\ufeff${text}`),
    'invalid UTF-8': Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff])]),
    UTF16: Buffer.from(text, 'utf16le'),
  };
  if (text.startsWith('{"')) {
    bytes['duplicate name'] = Buffer.from(text.replace(/^\{("[^"]+":)/, '{$1null,$1'));
  }
  return Object.entries(bytes).map(([mutation, body]) => alter(right, mutation, { body }));
}

/** Each value of the body replaced by one of every other type. */
function wrongValues(right: Exchange): WrongAnswer[] {
  const value: unknown = JSON.parse(Buffer.from(right.response.body).toString());
  const wrong: WrongAnswer[] = [];
  for (const place of placesOf(value)) {
    for (const [name, other] of Object.entries(otherTypes(place.value))) {
      const body = JSON.stringify(withValue(value, place.path, other));
      const mutation = `${place.path.join('/') || 'body'} becomes ${name}`;
      wrong.push(alter(right, mutation, { body: Buffer.from(body) }));
    }
  }
  return wrong;
}

/** The same answer with one member of its body left out. */
export function withoutMember(exchange: Exchange, path: readonly string[]): Exchange {
  const value: unknown = JSON.parse(Buffer.from(exchange.response.body).toString());
  const body = Buffer.from(JSON.stringify(withValue(value, path, undefined)));
  return { ...exchange, response: { ...exchange.response, body } };
}

/** Every value of a JSON value, with the way to it. */
export function* placesOf(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly value: unknown }> {
  yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) yield* placesOf(child, [...path, name]);
}

function otherTypes(value: unknown): Record<string, unknown> {
  const kind = Array.isArray(value) ? 'array' : typeof value;
  const all: Record<string, unknown> = {
    string: 'x',
    number: 1.5,
    boolean: false,
    object: { a: 1 },
    array: [1],
    null: null,
  };
  delete all[kind];
  // An integer becomes a string of digits, the classic mistake.
  if (kind === 'number') all['numeric string'] = String(value);
  // The document calls both hex, but an id is no LSN and the other way round.
  if (isId(value)) Object.assign(all, { 'a short id': ID.slice(1), 'an LSN': LSN });
  if (typeof value === 'string' && value.includes('/') && isLsn(value))
    Object.assign(all, { 'an id': ID, 'no LSN': 'latest' });
  return all;
}

const isId = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value);

function withValue(value: unknown, path: readonly string[], other: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return other;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string,
    unknown
  >;
  copy[first] = withValue(copy[first], rest, other);
  return copy;
}
