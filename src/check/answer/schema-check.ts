// Bodies against the schemas of the document: compiled once for each schema, open (a violation) and closed (a property
// that is not documented).

import { Ajv2019, type ErrorObject, type ValidateFunction } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import {
  type Catalogue,
  type FormatPlace,
  type FormatRow,
  toJsonSchema,
} from '../../catalogue/index.ts';
import { isLsn } from '../../core/lsn.ts';

/** One thing that does not fit. */
export interface SchemaProblem {
  /** Row of `spec/judging.yaml`. */
  readonly rule: 'body-schema' | 'undocumented-property' | 'id-form' | 'lsn-form';
  /** Place in the body, as a JSON pointer; `` is the whole. */
  readonly place: string;
  /** What is wanted there, in a few words. */
  readonly expected: string;
}

/** Tells what is wrong with a value; an empty list for a right one. */
export type SchemaCheck = (value: unknown) => readonly SchemaProblem[];

/** Makes checks; equal schemas share one. */
export type SchemaChecks = (schema: unknown, pointer?: string) => SchemaCheck;

const NO_PROBLEMS: readonly SchemaProblem[] = [];

/** Problems told of one body: the first say it all. */
const PROBLEMS_MAX = 8;

/** Checks for the schemas of this catalogue's document, compiled when first wanted. */
export function createSchemaChecks(catalogue: Catalogue): SchemaChecks {
  const ajv = new Ajv2019({ allErrors: true, strict: false, logger: false, inlineRefs: true });
  formats.default(ajv);
  ajv.addFormat('id', /^[0-9a-fA-F]{32}$/);
  ajv.addFormat('lsn', isLsn);
  const formatOf = createFormatOf(catalogue.formats);
  const known = new Map<string, SchemaCheck>();
  return (schema, pointer) => {
    const options = { root: catalogue.document.root, direction: 'response', formatOf } as const;
    const open = toJsonSchema(schema, options, pointer);
    const key = JSON.stringify(open);
    let check = known.get(key);
    if (!check) {
      const closed = toJsonSchema(schema, { ...options, closed: true }, pointer);
      check = createCheck(ajv.compile(open), ajv.compile(closed), /"oneOf"|"not"/.test(key));
      known.set(key, check);
    }
    return check;
  };
}

function createFormatOf(rows: readonly FormatRow[]): (place: FormatPlace) => string | undefined {
  const byName = rows.flatMap((row) =>
    row.property === undefined ? [] : { pattern: new RegExp(row.property), format: row.format },
  );
  return ({ format, property, pointer }) => {
    const own = rows.find((row) => row.pointer !== undefined && row.pointer === pointer);
    if (own) return own.format;
    if (format !== 'hex') return format;
    return byName.find((row) => row.pattern.test(property ?? ''))?.format;
  };
}

/** What passes closed passes open, but for `oneOf` and `not`, where a narrower part can change the whole. */
function createCheck(
  open: ValidateFunction,
  closed: ValidateFunction,
  always: boolean,
): SchemaCheck {
  return (value) => {
    if (closed(value) && !always) return NO_PROBLEMS;
    const extra = (closed.errors ?? []).filter(
      (error) => error.keyword === 'unevaluatedProperties',
    );
    const broken = open(value) ? [] : (open.errors ?? []);
    return [...broken.map(toProblem), ...extra.map(toProblem)].slice(0, PROBLEMS_MAX);
  };
}

function toProblem(error: ErrorObject): SchemaProblem {
  const params = error.params as Record<string, unknown>;
  const place = error.instancePath;
  switch (error.keyword) {
    case 'required':
      return {
        rule: 'body-schema',
        place: `${place}/${String(params.missingProperty)}`,
        expected: 'a member that is required',
      };
    case 'unevaluatedProperties':
      return {
        rule: 'undocumented-property',
        place: `${place}/${String(params.unevaluatedProperty)}`,
        expected: 'documented properties only',
      };
    case 'format':
      if (params.format === 'id') {
        return { rule: 'id-form', place, expected: 'an id of 32 hexadecimal digits' };
      }
      if (params.format === 'lsn') {
        return { rule: 'lsn-form', place, expected: 'an LSN: X/X or up to 16 hexadecimal digits' };
      }
      return { rule: 'body-schema', place, expected: `a value of format ${String(params.format)}` };
    case 'type':
      return { rule: 'body-schema', place, expected: `type ${[params.type].flat().join(' or ')}` };
    case 'enum':
      return {
        rule: 'body-schema',
        place,
        expected: `one of ${JSON.stringify(params.allowedValues)}`,
      };
    default:
      return { rule: 'body-schema', place, expected: error.message ?? error.keyword };
  }
}
