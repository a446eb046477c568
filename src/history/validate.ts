// Is this value a line of a history? Decided by the published schema, `history.schema.json`.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { HistoryLine } from './events.ts';
import schema from './history.schema.json' with { type: 'json' };

/** A value that is a line, or the reason why it is none, in one sentence without a final stop. */
export type LineCheck =
  | { readonly line: HistoryLine }
  | { readonly line?: never; readonly message: string };

/** Checks one parsed value against the schema of its stream and type. */
export type LineValidator = (value: unknown) => LineCheck;

/**
 * A validator with compiled schemas of its own, each compiled when the first line of its kind comes. Make one and keep it:
 * compiling all kinds takes tens of milliseconds.
 */
export function createLineValidator(): LineValidator {
  // Unoptimized code is made in two thirds of the time, and V8 does the rest.
  const ajv = new Ajv({ allErrors: false, strict: true, code: { optimize: false } });
  formats.default(ajv);
  ajv.addSchema(schema, 'history');
  const compiled = new Map<string, ValidateFunction>();
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { message: 'not a JSON object' };
    }
    const { stream, type, version } = value as Record<string, unknown>;
    const kind = lineKind(stream, type);
    if (kind === undefined) {
      return { message: `not a line of a history: stream ${show(stream)}, type ${show(type)}` };
    }
    if (kind === 'run.header' && version !== 1) {
      return { message: `a history of version ${show(version)}; this program reads version 1` };
    }
    let validate = compiled.get(kind);
    if (!validate) {
      validate = ajv.getSchema(`history#/definitions/${kind}`) as ValidateFunction;
      compiled.set(kind, validate);
    }
    if (validate(value)) return { line: value as HistoryLine };
    return { message: `${kind}: ${describeError(validate.errors![0]!)}` };
  };
}

/** Name of the schema's definition for a line of this stream and type. */
function lineKind(stream: unknown, type: unknown): string | undefined {
  if (typeof stream !== 'string' || typeof type !== 'string') return undefined;
  const exact = `${stream}.${type}`;
  if (Object.hasOwn(schema.definitions, exact)) return exact;
  if (stream === 'client') return 'client.completion';
  if (['fault', 'process', 'proxy', 'store'].includes(stream)) return stream;
  return undefined;
}

function describeError(error: ErrorObject): string {
  const where = error.instancePath === '' ? '' : `${error.instancePath.slice(1)} `;
  if (error.keyword === 'additionalProperties') {
    return `${where}unknown member "${error.params.additionalProperty}"`;
  }
  const allowed = error.keyword === 'enum' ? `: ${error.params.allowedValues.join(', ')}` : '';
  return `${where}${error.message}${allowed}`;
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
