// The catalogue's face: what is required, read from `spec/` and from nowhere else.

export {
  bundledDocument,
  type Catalogue,
  type CatalogueOptions,
  type CatalogueRow,
  type CatalogueSources,
  createCatalogue,
  loadCatalogue,
  loadCatalogueSources,
  type Obligation,
  specFolder,
} from './catalogue.ts';
export { type ApiDocument, loadDocument } from './document.ts';
export type { OperationMatch, OperationMatcher } from './match.ts';
export type { ApiAnswer, ApiOperation, ApiParameter } from './operations.ts';
export { eachDescription, hashesAt, type Origin, sentencesOf } from './origin.ts';
export { dereference, isRecord, type JsonRecord, valueAt } from './pointer.ts';
export type {
  Consequence,
  Contradiction,
  FormatRow,
  JudgingRow,
  Requirement,
  RequirementLevel,
} from './rows.ts';
export { type FormatPlace, type SchemaOptions, toJsonSchema } from './schema.ts';
