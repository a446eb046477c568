// Checks a parsed target file against the published schema and puts what is wrong into words with lines.

import { Ajv, type ErrorObject } from 'ajv';
import { didYouMean } from '../../core/nearest.ts';
import schema from '../target.schema.json' with { type: 'json' };
import type { Problem, Source, SourcePath } from './source.ts';

/** All problems of the file's shape; empty when it fits the schema. */
export function checkShape(source: Source): Problem[] {
  const validate = new Ajv({
    allErrors: true,
    strict: true,
    strictRequired: false,
    verbose: true,
  }).compile(schema);
  if (validate(source.value)) return [];
  const problems = (validate.errors ?? []).flatMap((error) => describe(source, error));
  // One cause is often told by several keywords: one sentence for each line and text is enough.
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function describe(source: Source, error: ErrorObject): Problem[] {
  const path = toPath(source.value, error.instancePath);
  const name = path.length === 0 ? 'the target file' : `"${path.join('.')}"`;
  const at = (message: string): Problem[] => [{ line: source.lineOf(path), message }];
  switch (error.keyword) {
    case 'if':
      return [];
    case 'additionalProperties':
      return [unknownKey(source, path, error)];
    case 'required':
      return at(`${name} lacks the key "${error.params.missingProperty}".`);
    case 'enum':
      return at(`${name} must be one of ${error.params.allowedValues.join(', ')}.`);
    case 'false schema': {
      const kind = (source.value as { kind?: unknown }).kind;
      const line = source.lineOfKey(path);
      return [{ line, message: `${name} has no meaning for kind ${String(kind)}.` }];
    }
    case 'propertyNames':
      return [];
    case 'type':
      return isDuration(error)
        ? [describePattern(source, path, error)]
        : at(`${name} ${error.message}.`);
    case 'pattern':
      return [describePattern(source, path, error)];
    default:
      return at(`${name} ${error.message}.`);
  }
}

function unknownKey(source: Source, path: SourcePath, error: ErrorObject): Problem {
  const key = String(error.params.additionalProperty);
  const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
  const where = path.length === 0 ? '' : ` in "${path.join('.')}"`;
  return {
    line: source.lineOfKey([...path, key]),
    message: `Unknown key "${key}"${where}.${didYouMean(key, known)} Known keys: ${known.join(', ')}.`,
  };
}

/** A number where a duration belongs lacks its unit; the message is that of a duration that is none. */
function isDuration(error: ErrorObject): boolean {
  return (error.parentSchema as { pattern?: string }).pattern?.includes('(ms|s|m)') ?? false;
}

function describePattern(source: Source, path: SourcePath, error: ErrorObject): Problem {
  if (error.propertyName !== undefined) {
    const message = `"${error.propertyName}" is not the id of an obligation such as tenant_list.500.`;
    return { line: source.lineOfKey([...path, error.propertyName]), message };
  }
  const line = source.lineOf(path);
  const name = `"${path.join('.')}"`;
  if (path.at(-1) === 'path') return { line, message: `${name} must begin with a slash.` };
  return {
    line,
    message: `${name} must be a duration such as 10s, 500ms or 2m; it is "${error.data}".`,
  };
}

/** A JSON pointer as keys and indices. */
function toPath(value: unknown, pointer: string): (string | number)[] {
  const path: (string | number)[] = [];
  let current = value;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(current) ? Number(key) : key);
    current = (current as Record<string, unknown> | undefined)?.[key];
  }
  return path;
}
