// The bundled document has the structure of the one it retells, and none of its sentences.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDocument } from '../../src/catalogue/document.ts';
import {
  bundledDocument,
  eachDescription,
  loadCatalogue,
  sentencesOf,
} from '../../src/catalogue/index.ts';
import { packageRoot } from '../../src/core/package.ts';
import { structureDifferences } from './structure.ts';

/** The document as published, where it lies beside the repository. */
const UPSTREAM = join(packageRoot(), '..', 'shared', 'spec', 'openapi_spec.yml');

test('the structure is that of the published document', () => {
  if (!existsSync(UPSTREAM)) {
    console.log('left out: the published document is not beside this repository');
    expect(loadCatalogue().obligations).toHaveLength(92);
    return;
  }
  const [own, upstream] = [loadDocument(bundledDocument()), loadDocument(UPSTREAM)];
  expect(structureDifferences(own.root, upstream.root)).toEqual([]);
  const ownSentences = new Set(eachDescription(own.root).flatMap(sentencesOf));
  const copied = eachDescription(upstream.root).flatMap(sentencesOf);
  expect(copied.filter((sentence) => ownSentences.has(sentence))).toEqual([]);
});

test('the published document is read by the same rows: nothing stale, nothing uncovered', () => {
  const specFile = existsSync(UPSTREAM) ? UPSTREAM : bundledDocument();
  const catalogue = loadCatalogue({ specFile });
  expect(catalogue.obligations).toHaveLength(92);
  expect(catalogue.stale).toEqual([]);
  expect(catalogue.uncovered).toEqual([]);
});

test('a difference anywhere in the structure is told, one in prose is not', () => {
  const text = JSON.stringify(loadDocument(bundledDocument()).root);
  const differences = (from: string, to: string) => {
    expect(text).toContain(from);
    return structureDifferences(JSON.parse(text), JSON.parse(text.replace(from, to)));
  };
  expect(differences('"description":"The timelines."', '"description":"Other"')).toEqual([]);
  expect(
    differences('"ForbiddenError":{"type":"object"', '"ForbiddenError":{"type":"array"'),
  ).toEqual([
    '/components/schemas/ForbiddenError/type: "object" in the first, "array" in the second',
  ]);
  expect(
    differences('"properties":{"evict_bytes":', '"properties":{"description":{},"evict_bytes":')[0],
  ).toMatch(/\/properties\/description: only in the second$/);
  expect(differences('"412":', '"413":')).toHaveLength(2);
});
