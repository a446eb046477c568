// Imports point down: core ← history, catalogue ← client, store, fault, target, check, model ← run ← report, cli.

import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { codeFiles, productFiles, type SourceFile } from './sources.ts';

/** What each folder of src may import besides itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  history: ['core'],
  catalogue: ['core'],
  toxiproxy: ['core'],
  store: ['core', 'history'],
  target: ['core', 'history', 'catalogue'],
  client: ['core', 'history', 'catalogue'],
  fault: ['core', 'history', 'store', 'toxiproxy'],
  check: ['core', 'history', 'catalogue'],
  run: ['core', 'history', 'catalogue', 'client', 'store', 'toxiproxy', 'fault', 'target', 'check'],
  report: ['core', 'history', 'catalogue', 'run'],
  cli: ['core', 'history', 'catalogue', 'store', 'toxiproxy', 'target', 'check', 'run', 'report'],
};

function importsOf(file: SourceFile): string[] {
  const found: string[] = [];
  for (const match of file.text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    const name = match[1]!;
    found.push(name.startsWith('.') ? normalize(join(dirname(file.path), name)) : name);
  }
  return found;
}

test('folders of src import only what lies below them', () => {
  const wrong: string[] = [];
  for (const file of productFiles()) {
    const own = /^src\/(\w+)\//.exec(file.path)?.[1];
    if (own === undefined) continue;
    for (const name of importsOf(file)) {
      const other = /^src\/(\w+)\//.exec(name)?.[1];
      if (other !== undefined && other !== own && !ALLOWED[own]?.includes(other)) {
        wrong.push(`${file.path} imports ${name}`);
      }
      if (/^(fixtures|suites)\//.test(name)) wrong.push(`${file.path} imports ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the table of allowed imports names exactly the folders that exist', () => {
  const folders = new Set(
    productFiles().flatMap((file) => /^src\/(\w+)\//.exec(file.path)?.[1] ?? []),
  );
  expect([...folders].sort()).toEqual(Object.keys(ALLOWED).sort());
});

test('suites import one face only, and the reference imports nothing of the suite', () => {
  const wrong: string[] = [];
  for (const file of codeFiles()) {
    for (const name of importsOf(file)) {
      const isSuite = file.path.startsWith('suites/');
      const isReference = file.path.startsWith('fixtures/pageserver/');
      // Node's own library is no face of ours.
      const isOther = name !== '#suite' && !/^(suites\/|node:)/.test(name);
      if (isSuite && isOther) {
        wrong.push(`${file.path} imports ${name}`);
      }
      if (isReference && /^(src|suites)\//.test(name) && !file.path.endsWith('.test.ts')) {
        wrong.push(`${file.path} imports ${name}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
