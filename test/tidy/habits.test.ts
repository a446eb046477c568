// Habits that no linter of ours knows: documented exports, honest tests, no machine in the text.

import { parseAst } from 'vite';
import { expect, test } from 'vitest';
import { allFiles, codeFiles, productFiles } from './sources.ts';

test('every export of src has a docstring', () => {
  const wrong: string[] = [];
  for (const file of productFiles().filter((source) => source.path.startsWith('src/'))) {
    file.lines.forEach((line, index) => {
      if (!/^export (async )?(function|class|const|interface|type|abstract)\b/.test(line)) return;
      if (/^export type \{/.test(line)) return;
      let above = index - 1;
      while (/^(@|\/\/ biome-ignore)/.test(file.lines[above] ?? '')) above -= 1;
      if (!/\*\/\s*$/.test(file.lines[above] ?? '')) wrong.push(`${file.path}:${index + 1}`);
    });
  }
  expect(wrong).toEqual([]);
});

test('every code file opens with a sentence on its purpose', () => {
  const wrong = codeFiles()
    .filter((file) => !/^(#!.*\n)?(\/\/ \S|\/\*\*)/.test(file.text))
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

test('no test is skipped, focused, left to do, or asserts nothing', () => {
  const wrong: string[] = [];
  for (const file of codeFiles().filter((source) => source.path.endsWith('.test.ts'))) {
    const marker = /\b(?:test|it|describe)\.(?:skip|only|todo|fails)\b/.exec(file.text);
    if (marker) wrong.push(`${file.path}: ${marker[0]}`);
    if (!/\bexpect\b|\bassert\b/.test(file.text)) wrong.push(`${file.path}: asserts nothing`);
  }
  expect(wrong).toEqual([]);
});

test('types do not leak: no any', () => {
  const wrong = codeFiles()
    .filter((file) => mentionsAny(parseAst(file.text, { lang: 'ts' })))
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

test('no text names a machine, a registry host or unfinished work', () => {
  const banned = [
    new RegExp(`${'/wo'}rk/`),
    new RegExp(`registry\\.${'npmjs'}`),
    new RegExp(`${'FIX'}ME|${'XX'}X:`),
    new RegExp(`\\.${'library'}/`),
  ];
  const wrong: string[] = [];
  for (const file of allFiles()) {
    file.lines.forEach((line, index) => {
      for (const pattern of banned) {
        if (pattern.test(line)) wrong.push(`${file.path}:${index + 1}: ${pattern.source}`);
      }
    });
  }
  expect(wrong).toEqual([]);
});

/** Whether a syntax tree holds the type `any`. */
function mentionsAny(node: unknown): boolean {
  if (node === null || typeof node !== 'object') return false;
  if ((node as { type?: unknown }).type === 'TSAnyKeyword') return true;
  return Object.values(node).some(mentionsAny);
}
