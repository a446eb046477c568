// The operations of a document: parameters, bodies, answers, security. All references are followed here.

import { type ApiDocument, DOCUMENT_METHODS } from './document.ts';
import { dereference, escapeToken, isRecord, type JsonRecord } from './pointer.ts';

/** A parameter of an operation. */
export interface ApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  /** As in the document (OpenAPI 3.0); references inside are kept. */
  readonly schema: unknown;
}

/** A documented answer: one obligation. */
export interface ApiAnswer {
  /** `200`, `4XX` or `default`. */
  readonly status: string;
  /** Pointer of the answer in the document, references followed. */
  readonly pointer: string;
  readonly description: string;
  /** Schemas by media type; empty where no body is documented. */
  readonly media: ReadonlyMap<string, unknown>;
}

/** One operation of the document. */
export interface ApiOperation {
  /** Name from `spec/operations.yaml`, or derived. */
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  /** Template with `{name}` for path parameters. */
  readonly path: string;
  readonly pointer: string;
  readonly description: string;
  readonly parameters: readonly ApiParameter[];
  readonly body?: { readonly required: boolean; readonly media: ReadonlyMap<string, unknown> };
  readonly answers: readonly ApiAnswer[];
  /** True where the document asks for no token (`security: []`, or a security alternative that is empty). */
  readonly open: boolean;
}

/** A row of `spec/operations.yaml`. */
export interface OperationName {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

/** All operations of the document, in its order. Names that are not in the table are derived and unique. */
export function listOperations(
  document: ApiDocument,
  names: readonly OperationName[],
): ApiOperation[] {
  const taken = new Set(names.map((row) => row.name));
  const operations: ApiOperation[] = [];
  for (const [path, item] of Object.entries(document.root.paths as JsonRecord)) {
    if (!isRecord(item)) continue;
    for (const key of DOCUMENT_METHODS) {
      const node = item[key];
      if (!isRecord(node)) continue;
      const method = key.toUpperCase();
      const known = names.find((row) => row.method === method && row.path === path)?.name;
      const name = known ?? unique(deriveName(method, path, node), taken);
      operations.push(readOperation({ document, name, method, path, item, node }));
    }
  }
  return operations;
}

/** `operationId`, or `put_v1_tenant_location_config` from method and path. */
function deriveName(method: string, path: string, node: JsonRecord): string {
  if (typeof node.operationId === 'string') return node.operationId;
  const words = path.replace(/[{}]/g, '').split(/[^A-Za-z0-9]+/);
  return [method.toLowerCase(), ...words.filter((word) => word !== '')].join('_');
}

function unique(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let count = 2; taken.has(candidate); count += 1) candidate = `${name}_${count}`;
  taken.add(candidate);
  return candidate;
}

interface Place {
  readonly document: ApiDocument;
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly item: JsonRecord;
  readonly node: JsonRecord;
}

function readOperation(place: Place): ApiOperation {
  const { document, node } = place;
  const pointer = `/paths/${escapeToken(place.path)}/${place.method.toLowerCase()}`;
  const body = follow(document, node.requestBody);
  return {
    name: place.name,
    method: place.method,
    path: place.path,
    pointer,
    description: text(node.description ?? node.summary),
    parameters: readParameters(place),
    ...(isRecord(body)
      ? { body: { required: body.required === true, media: readMedia(document, body) } }
      : {}),
    answers: readAnswers(document, node.responses as JsonRecord, pointer),
    open: isOpen(node.security ?? document.root.security),
  };
}

function readParameters(place: Place): ApiParameter[] {
  const found = new Map<string, ApiParameter>();
  // Those of the operation replace those of the path (OpenAPI 3.0.3, Operation Object).
  for (const list of [place.item.parameters, place.node.parameters]) {
    if (!Array.isArray(list)) continue;
    for (const entry of list) {
      const node = follow(place.document, entry);
      if (!isRecord(node)) continue;
      const where = text(node.in) as ApiParameter['in'];
      const parameter = {
        name: text(node.name),
        in: where,
        required: node.required === true || where === 'path',
        schema: node.schema ?? {},
      };
      found.set(`${where} ${parameter.name}`, parameter);
    }
  }
  return [...found.values()];
}

function readAnswers(document: ApiDocument, responses: JsonRecord, pointer: string): ApiAnswer[] {
  return Object.entries(responses).flatMap(([status, entry]) => {
    if (status.startsWith('x-')) return [];
    const found = dereference(document.root, entry);
    if (!found.ok || !isRecord(found.node)) return [];
    const own = `${pointer}/responses/${escapeToken(status)}`;
    return {
      status: status.toLowerCase() === 'default' ? 'default' : status.toUpperCase(),
      pointer: found.pointer?.slice(1) ?? own,
      description: text(found.node.description).trim(),
      media: readMedia(document, found.node),
    };
  });
}

function readMedia(document: ApiDocument, node: JsonRecord): Map<string, unknown> {
  const media = new Map<string, unknown>();
  if (!isRecord(node.content)) return media;
  for (const [type, entry] of Object.entries(node.content)) {
    const content = follow(document, entry);
    media.set(type.toLowerCase(), isRecord(content) ? content.schema : undefined);
  }
  return media;
}

function isOpen(security: unknown): boolean {
  if (!Array.isArray(security)) return true;
  return (
    security.length === 0 || security.some((entry) => Object.keys(entry as object).length === 0)
  );
}

function follow(document: ApiDocument, node: unknown): unknown {
  const found = dereference(document.root, node);
  return found.ok ? found.node : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
