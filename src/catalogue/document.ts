// Reads an OpenAPI 3.0 document. Whatever is wrong with it is told with line and column, and ends with exit 2.

import { readFileSync } from 'node:fs';
import type { Document as YamlDocument } from 'yaml';
import { UsageError } from '../core/exit.ts';
import { yaml } from '../core/yaml.ts';
import { dereference, eachNode, isRecord, type JsonRecord, parsePointer } from './pointer.ts';

/** An OpenAPI document as plain JSON, with the file that it came from. */
export interface ApiDocument {
  /** Path as it was given. */
  readonly file: string;
  readonly root: JsonRecord;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** Methods of a path item, in the document's own spelling (OpenAPI 3.0.3, Path Item Object). */
export const DOCUMENT_METHODS: readonly string[] = METHODS;

/**
 * The document in this file, YAML or JSON. Throws UsageError for a file that can't be read, for text that is no YAML, for a
 * document that is not OpenAPI 3, and for a `$ref` that leads nowhere.
 */
export function loadDocument(file: string): ApiDocument {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const parsed = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  const broken = parsed.errors[0];
  const complain: Complain = (message, offset) => {
    const { line, col } = lines.linePos(offset);
    throw new UsageError(`${file}:${line}:${col}: ${message}`);
  };
  if (broken) complain(`not readable as YAML: ${firstLine(broken.message)}`, broken.pos[0]);
  const root = toPlain(parsed, complain);
  const at = (pointer: string): number => offsetOf(parsed, pointer);
  if (!isRecord(root)) return complain('the document is no mapping', 0);
  checkHead(root, (message, pointer) => complain(message, at(pointer)));
  checkReferences(root, (message, pointer) => complain(message, at(pointer)));
  checkPaths(root, (message, pointer) => complain(message, at(pointer)));
  return { file, root };
}

type Complain = (message: string, offset: number) => never;
type ComplainAt = (message: string, pointer: string) => never;

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new UsageError(
      `The document ${file} can't be read (${code}). Give --spec a YAML or JSON file.`,
    );
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

function toPlain(parsed: YamlDocument, complain: Complain): unknown {
  try {
    return parsed.toJS({ mapAsMap: false });
  } catch (error) {
    // Too many aliases, or an alias without an anchor.
    return complain((error as Error).message, 0);
  }
}

function checkHead(root: JsonRecord, complain: ComplainAt): void {
  const { openapi, paths } = root;
  if (typeof openapi !== 'string' || !/^3\.\d+(\.\d+)?/.test(openapi)) {
    complain(
      `"openapi" is ${JSON.stringify(openapi)}; an OpenAPI 3 document is wanted`,
      '/openapi',
    );
  }
  if (!isRecord(paths)) complain('"paths" is missing or no mapping', '/paths');
}

function checkReferences(root: JsonRecord, complain: ComplainAt): void {
  for (const { node, pointer } of eachNode(root)) {
    if (typeof node.$ref !== 'string') continue;
    // A schema may have a property of that name; then it is a schema, not a text.
    const found = dereference(root, node);
    if (!found.ok) complain(found.message, `${pointer}/$ref`);
  }
}

function checkPaths(root: JsonRecord, complain: ComplainAt): void {
  for (const [path, item] of Object.entries(root.paths as JsonRecord)) {
    const place = `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!path.startsWith('/') && !path.startsWith('x-'))
      complain(`path "${path}" does not start with /`, place);
    if (path.startsWith('x-')) continue;
    if (!isRecord(item)) complain(`path "${path}" is no mapping`, place);
    for (const method of METHODS) {
      const operation = (item as JsonRecord)[method];
      if (operation === undefined) continue;
      if (!isRecord(operation) || !isRecord(operation.responses)) {
        complain(`${method.toUpperCase()} ${path} has no "responses"`, `${place}/${method}`);
      }
    }
  }
}

/** Where the node of this pointer, or its nearest ancestor, stands in the text. */
function offsetOf(parsed: YamlDocument, pointer: string): number {
  const { isMap } = yaml();
  let node: unknown = parsed.contents;
  let offset = 0;
  for (const token of parsePointer(pointer)) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => String((item.key as { value?: unknown })?.value) === token,
      );
      const key = pair?.key as { range?: readonly number[] } | undefined;
      offset = key?.range?.[0] ?? offset;
      node = pair?.value;
    } else {
      node = (node as { items?: unknown[] } | null)?.items?.[Number(token)];
    }
    const range = (node as { range?: readonly number[] } | undefined)?.range;
    if (!node) break;
    if (!isMap(node) && range) offset = range[0]!;
  }
  return offset;
}
