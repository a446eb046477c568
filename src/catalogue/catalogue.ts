// The catalogue: what is required of a pageserver. The only reader of `spec/`.

import { join } from 'node:path';
import { packageRoot } from '../core/package.ts';
import { type ApiDocument, loadDocument } from './document.ts';
import { createMatcher, type OperationMatcher } from './match.ts';
import { type ApiAnswer, type ApiOperation, listOperations } from './operations.ts';
import { hashesAt, hashStructure, isCurrent, type Origin } from './origin.ts';
import { eachNode, valueAt } from './pointer.ts';
import {
  type Contradiction,
  type FormatRow,
  type JudgingRow,
  type Requirement,
  type RequirementLevel,
  readSpecFiles,
  type SpecFiles,
} from './rows.ts';

/** One cell of the contract matrix. */
export interface Obligation {
  /** `attach.202`. */
  readonly id: string;
  readonly operation: ApiOperation;
  readonly answer: ApiAnswer;
}

/** A requirement or an obligation, as lists and reports show it. */
export interface CatalogueRow {
  readonly id: string;
  readonly family: string;
  readonly level: RequirementLevel;
  readonly text: string;
  /** A pointer into the document, or a section of the rules of judging. */
  readonly origin: string;
}

/** Everything that is required, by one document. */
export interface Catalogue {
  readonly document: ApiDocument;
  readonly operations: readonly ApiOperation[];
  readonly obligations: readonly Obligation[];
  /** The hand-written rows; obligations are not among them. */
  readonly requirements: readonly Requirement[];
  /** Obligations and requirements. */
  readonly rows: readonly CatalogueRow[];
  readonly contradictions: readonly Contradiction[];
  readonly judging: readonly JudgingRow[];
  readonly formats: readonly FormatRow[];
  /** Ids of rows and obligations of the bundled document whose place has changed or is gone in this one. */
  readonly stale: readonly string[];
  /** Operations, answers and sentences of this document for which there is no row. */
  readonly uncovered: readonly string[];
  /** The operation of this name, or undefined where the document has none. */
  operation(name: string): ApiOperation | undefined;
  readonly matchOperation: OperationMatcher;
}

/** Which document to read. */
export interface CatalogueOptions {
  /** Another OpenAPI document. Default: the bundled one. */
  readonly specFile?: string;
}

/** Folder of the specification, in the repository and in the installed package. */
export function specFolder(): string {
  return join(packageRoot(), 'spec');
}

/** Path of the bundled document. */
export function bundledDocument(): string {
  return join(specFolder(), 'openapi.yaml');
}

/** What a catalogue is made of: plain data, so that it is parsed once and handed to every thread. */
export interface CatalogueSources {
  readonly bundled: ApiDocument;
  /** The document that is judged by, where it is not the bundled one. */
  readonly other?: ApiDocument;
  readonly files: SpecFiles;
}

/** Reads document and rows. Throws UsageError, with line and column, for a document that can't be read. */
export function loadCatalogue(options: CatalogueOptions = {}): Catalogue {
  return createCatalogue(loadCatalogueSources(options));
}

/** Reads the files only; throws as `loadCatalogue` does. */
export function loadCatalogueSources({ specFile }: CatalogueOptions = {}): CatalogueSources {
  return {
    files: readSpecFiles(specFolder()),
    bundled: loadDocument(bundledDocument()),
    ...(specFile === undefined ? {} : { other: loadDocument(specFile) }),
  };
}

/** The catalogue of these files. */
export function createCatalogue({ bundled, other, files }: CatalogueSources): Catalogue {
  const document = other ?? bundled;
  const operations = listOperations(document, files.names);
  const obligations = listObligations(operations);
  const known =
    document === bundled ? obligations : listObligations(listOperations(bundled, files.names));
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  return {
    document,
    operations,
    obligations,
    requirements: files.requirements,
    rows: [...obligations.map(obligationRow), ...files.requirements.map(requirementRow)],
    contradictions: files.contradictions,
    judging: files.judging,
    formats: files.formats,
    stale: listStale(document, bundled, files, { known, now: obligations }),
    uncovered: listUncovered(document, files, { known, now: obligations }),
    operation: (name) => byName.get(name),
    matchOperation: createMatcher(operations),
  };
}

function listObligations(operations: readonly ApiOperation[]): Obligation[] {
  return operations.flatMap((operation) =>
    operation.answers.map((answer) => ({
      id: `${operation.name}.${answer.status}`,
      operation,
      answer,
    })),
  );
}

interface ObligationPair {
  /** Those of the bundled document. */
  readonly known: readonly Obligation[];
  /** Those of the document that is judged by. */
  readonly now: readonly Obligation[];
}

function listStale(
  document: ApiDocument,
  bundled: ApiDocument,
  files: SpecFiles,
  { known, now }: ObligationPair,
): string[] {
  const rows = files.requirements.filter((row) => !isCurrent(document.root, row.origin));
  if (document === bundled) return rows.map((row) => row.id);
  const after = new Map(now.map((cell) => [cell.id, cell]));
  const changed = known.filter((cell) => {
    const other = after.get(cell.id);
    return !other || answerHash(document, other) !== answerHash(bundled, cell);
  });
  return [...changed.map((cell) => cell.id), ...rows.map((row) => row.id)];
}

function answerHash(document: ApiDocument, cell: Obligation): string {
  return hashStructure(document.root, valueAt(document.root, cell.answer.pointer));
}

function listUncovered(
  document: ApiDocument,
  files: SpecFiles,
  { known, now }: ObligationPair,
): string[] {
  const named = new Set(known.map((cell) => cell.operation.name));
  const cells = new Set(known.map((cell) => cell.id));
  const fresh = new Map(now.map((cell) => [cell.operation.name, cell.operation]));
  const operations = [...fresh.values()].filter((operation) => !named.has(operation.name));
  const answers = now.filter((cell) => named.has(cell.operation.name) && !cells.has(cell.id));
  return [
    ...operations.map((operation) => `${operation.method} ${operation.path}`),
    ...answers.map((cell) => cell.id),
    ...listSilentSentences(document, files.requirements),
  ];
}

/** Sentences of operations, parameters and properties that no row came from; those of answers are the obligations' own. */
function listSilentSentences(document: ApiDocument, rows: readonly Requirement[]): string[] {
  const told = new Set<string>();
  for (const { origin } of rows) {
    if (!('pointer' in origin)) continue;
    told.add(`${origin.pointer} ${origin.hash}`);
    if (origin.upstream !== undefined) told.add(`${origin.pointer} ${origin.upstream}`);
  }
  const silent: string[] = [];
  for (const { node, pointer } of eachNode(document.root.paths, '/paths')) {
    if (typeof node.description !== 'string' || /\/responses\/[^/]+$/.test(pointer)) continue;
    const place = `${pointer}/description`;
    hashesAt(document.root, place).forEach((hash, index) => {
      if (!told.has(`${place} ${hash}`)) silent.push(`${place} sentence ${index + 1} (${hash})`);
    });
  }
  return silent;
}

function obligationRow({ id, operation, answer }: Obligation): CatalogueRow {
  const body = answer.media.size === 0 ? 'without a body' : 'with the documented body';
  const sentence = answer.description.replace(/\s+/g, ' ');
  return {
    id,
    family: 'contract',
    level: 'MUST',
    text: `${operation.method} ${operation.path} answers ${answer.status} ${body}: ${sentence}`,
    origin: answer.pointer,
  };
}

function requirementRow(row: Requirement): CatalogueRow {
  return {
    id: row.id,
    family: row.family,
    level: row.level,
    text: row.text,
    origin: originText(row.origin),
  };
}

function originText(origin: Origin): string {
  return 'pointer' in origin ? origin.pointer : `rules of judging, ${origin.judging}`;
}
