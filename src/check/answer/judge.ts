// The contract judge: is this answer one that the document allows? A pure function of one exchange; what needs to be known
// of the request (was it valid, what was it to cause) is in `cases.ts`.

import type { ApiAnswer, ApiOperation, Catalogue } from '../../catalogue/index.ts';
import type { Finding } from '../../core/finding.ts';
import { readJsonBody } from './body.ts';
import type { AnswerHeaders, Exchange } from './exchange.ts';
import { coversMediaType, isJsonType, isUtf8Charset, parseMediaType } from './media-type.ts';
import { createFindingMaker, type FindingMaker, type Sighting } from './rules.ts';
import {
  createSchemaChecks,
  type SchemaCheck,
  type SchemaChecks,
  type SchemaProblem,
} from './schema-check.ts';

/** Judges answers one by one; an empty list is a right answer. A route that the document lacks is judged by its framing only. */
export interface AnswerJudge {
  judge(exchange: Exchange): readonly Finding[];
  /** For `cases.ts`: the finding of something seen, named after this obligation unless the rule names another. */
  readonly finding: FindingMaker;
  readonly catalogue: Catalogue;
}

interface Cell {
  readonly id: string;
  readonly answer: ApiAnswer;
  /** One entry for each documented media type. */
  readonly media: readonly { readonly type: string; readonly check: SchemaCheck | undefined }[];
}

const RIGHT: readonly Finding[] = [];

/** A judge by this catalogue. Schemas are compiled when their first answer comes. */
export function createAnswerJudge(catalogue: Catalogue): AnswerJudge {
  const finding = createFindingMaker(catalogue);
  const checks = createSchemaChecks(catalogue);
  const cells = new Map<string, Map<number, Cell | undefined>>();
  const cellOf = (name: string, status: number): Cell | undefined => {
    let known = cells.get(name);
    if (!known) {
      known = new Map();
      cells.set(name, known);
    }
    if (!known.has(status)) known.set(status, makeCell(catalogue, checks, name, status));
    return known.get(status);
  };
  return {
    catalogue,
    finding,
    judge(exchange) {
      const seen: Sighting[] = [];
      lookAtFraming(exchange, seen);
      const cell = exchange.operation && cellOf(exchange.operation, exchange.response.status);
      if (cell) lookAtAnswer(exchange, cell, seen);
      else lookAtStatus(catalogue, exchange, seen);
      if (seen.length === 0) return RIGHT;
      const obligation = `${exchange.operation}.${cell ? cell.answer.status : exchange.response.status}`;
      return seen.flatMap((one) => finding(exchange, obligation, one) ?? []);
    },
  };
}

function makeCell(
  catalogue: Catalogue,
  checks: SchemaChecks,
  name: string,
  status: number,
): Cell | undefined {
  const operation = catalogue.operation(name);
  const answer = operation && documentedAnswer(operation, status);
  if (!answer) return undefined;
  const media = [...answer.media].map(([type, schema]) => ({
    type,
    check: schema === undefined || !isJsonType(type) ? undefined : checks(schema),
  }));
  return { id: `${name}.${answer.status}`, answer, media };
}

/** The answer that documents this status: the status itself, its class (`4XX`), or `default`. */
export function documentedAnswer(operation: ApiOperation, status: number): ApiAnswer | undefined {
  const wanted = [String(status), `${Math.floor(status / 100)}XX`, 'default'];
  for (const name of wanted) {
    const found = operation.answers.find((answer) => answer.status === name);
    if (found) return found;
  }
  return undefined;
}

function lookAtFraming(exchange: Exchange, seen: Sighting[]): void {
  for (const { kind, message } of exchange.response.framing ?? []) {
    seen.push({ rule: `framing-${kind}`, message: sentence(message) });
  }
}

/** Statuses of a path or method that a server does not know. */
const NOT_SERVED: ReadonlySet<number> = new Set([404, 405, 501]);

function lookAtStatus(catalogue: Catalogue, exchange: Exchange, seen: Sighting[]): void {
  const operation = exchange.operation && catalogue.operation(exchange.operation);
  if (!operation) return;
  const { status } = exchange.response;
  // HEAD is no method of the document: what it gets where it is not served is not judged.
  if (exchange.request.method === 'HEAD' && NOT_SERVED.has(status)) return;
  const documented = operation.answers.map((answer) => answer.status).join(', ');
  seen.push({
    rule: status < 400 ? 'undocumented-success' : 'undocumented-error',
    message: `${operation.name} answered ${status}, which the document does not have for it.`,
    expected: `one of ${documented}`,
    actual: String(status),
  });
}

function lookAtAnswer(exchange: Exchange, cell: Cell, seen: Sighting[]): void {
  const { body, headers } = exchange.response;
  // A broken frame explains a broken body; HEAD has none.
  if (seen.length > 0 || exchange.request.method === 'HEAD') return;
  if (cell.media.length === 0) {
    lookAtNoBody(cell, body, seen);
    return;
  }
  const type = headerValue(headers, 'content-type');
  const media = lookAtMediaType(cell, type, seen);
  if (body.length === 0) {
    seen.push({
      rule: 'body-missing',
      message: `${cell.id} came without the documented body.`,
      expected: `a body of type ${cell.media[0]!.type}`,
      actual: 'no body',
    });
  } else if (media === undefined || isJsonType(media.type)) {
    // Even with a wrong label the body itself is judged by what is documented.
    lookAtJson(cell, media?.check ?? cell.media[0]!.check, body, seen);
  }
}

function lookAtNoBody(cell: Cell, body: Uint8Array, seen: Sighting[]): void {
  if (body.length === 0) return;
  const text = preview(body);
  const isNull = text.trim() === 'null';
  seen.push({
    rule: isNull ? 'body-null' : 'body-undocumented',
    message: `${cell.id} has no documented body, and one came${isNull ? ': null' : ''}.`,
    expected: 'no body',
    actual: text,
  });
}

function lookAtMediaType(
  cell: Cell,
  header: string | undefined,
  seen: Sighting[],
): Cell['media'][number] | undefined {
  // The usual case, without taking it apart.
  if (header === cell.media[0]!.type) return cell.media[0];
  const actual = header === undefined ? undefined : parseMediaType(header);
  const found = actual && cell.media.find((entry) => coversMediaType(entry.type, actual.type));
  if (!found) {
    seen.push({
      rule: 'media-type',
      message: `${cell.id} is not labelled with the documented media type.`,
      expected: cell.media.map((entry) => entry.type).join(' or '),
      actual: header ?? 'no Content-Type',
    });
  } else if (actual.charset !== undefined) {
    seen.push({
      rule: isUtf8Charset(actual.charset) ? 'harmless-variety' : 'charset',
      message: `${cell.id} is labelled with charset ${actual.charset}; JSON is UTF-8.`,
      expected: 'charset=utf-8 or none',
      actual: header!,
    });
  }
  return found;
}

function lookAtJson(
  cell: Cell,
  check: SchemaCheck | undefined,
  body: Uint8Array,
  seen: Sighting[],
): void {
  const reading = readJsonBody(body);
  if (!reading.ok) {
    const message = `${cell.id}: ${reading.problem.message}.`;
    seen.push({
      rule: 'body-not-json',
      message,
      expected: 'one JSON text in UTF-8',
      actual: preview(body),
    });
    return;
  }
  for (const { rule, message, place } of reading.problems) {
    seen.push({
      rule,
      message: `${cell.id}: ${message}.`,
      ...(place ? { place } : {}),
      actual: preview(body),
    });
  }
  if (!check) return;
  for (const problem of check(reading.value)) {
    seen.push({
      rule: problem.rule,
      message: `${cell.id}: ${problemText(problem)}.`,
      expected: problem.expected,
      actual: actualAt(reading.value, problem.place),
      place: problem.place,
    });
  }
  if (reading.fractions.length > 0) lookAtFractions(cell, check, reading, seen);
}

/** A whole number written as `1.0` or `1e3`: if it were not whole, would the schema mind? Then an integer was wanted. */
function lookAtFractions(
  cell: Cell,
  check: SchemaCheck,
  reading: { readonly value: unknown; readonly fractions: readonly string[] },
  seen: Sighting[],
): void {
  for (const place of reading.fractions) {
    const halved = replaceAt(reading.value, place.split('/').slice(1), 0.5);
    const minds = check(halved).some(
      (problem) => problem.place === place && problem.expected.includes('integer'),
    );
    if (!minds) continue;
    seen.push({
      rule: 'integer-form',
      message: `${cell.id}: ${placeName(place)} is an integer, but written with a fraction or an exponent.`,
      expected: 'digits only',
      actual: actualAt(reading.value, place),
      place,
    });
  }
}

function replaceAt(value: unknown, tokens: readonly string[], replacement: unknown): unknown {
  const [first, ...rest] = tokens;
  if (first === undefined) return replacement;
  const name = unescapeToken(first);
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const holder = copy as Record<string, unknown>;
  holder[name] = replaceAt(holder[name], rest, replacement);
  return copy;
}

function headerValue(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

function problemText({ rule, place }: SchemaProblem): string {
  if (rule === 'undocumented-property') return `the document has no property ${place}`;
  return `${placeName(place)} is not as documented`;
}

function placeName(place: string): string {
  return place === '' ? 'the body' : place;
}

function actualAt(value: unknown, place: string): string {
  let found = value;
  for (const token of place.split('/').slice(1)) {
    const name = unescapeToken(token);
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return 'nothing';
    found = (found as Record<string, unknown>)[name];
  }
  return shorten(JSON.stringify(found) ?? String(found));
}

function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

const PREVIEW_BYTES_MAX = 200;

function preview(body: Uint8Array): string {
  return shorten(Buffer.from(body.subarray(0, PREVIEW_BYTES_MAX + 1)).toString('utf8'));
}

function shorten(text: string): string {
  return text.length > PREVIEW_BYTES_MAX ? `${text.slice(0, PREVIEW_BYTES_MAX)}…` : text;
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
