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

/** Tests that may not run, and why. */
const CONDITIONAL: Readonly<Record<string, string>> = {
  // Clients in other languages: their packages are only there at night.
  'src/store/foreign/clients.test.ts': 'runIf',
  // A folder below which even root can make none is only on Linux.
  'test/cli/bad-input.test.ts': 'skipIf',
};

test('no test is skipped, focused or left to do', () => {
  const wrong: string[] = [];
  for (const file of codeFiles().filter((source) => source.path.endsWith('.test.ts'))) {
    const marker =
      /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|fails|skipIf|runIf)\b|\b(?:context|ctx)\.skip\b/.exec(
        file.text,
      );
    const excused = CONDITIONAL[file.path];
    if (marker && !(excused && marker[0].endsWith(excused)))
      wrong.push(`${file.path}: ${marker[0]}`);
  }
  expect(wrong).toEqual([]);
});

test('every single test asserts something, itself or by a function of its file that does', () => {
  const wrong: string[] = [];
  for (const file of codeFiles().filter((source) => source.path.endsWith('.test.ts'))) {
    const program = parseAst(file.text, { lang: 'ts' });
    const asserting = assertingNames(program, file.text);
    for (const call of testCalls(program)) {
      const text = file.text.slice(call.start, call.end);
      if (!asserting.some((name) => new RegExp(`\\b${name}\\b`).test(text))) {
        wrong.push(`${file.path}: ${text.slice(0, 60)}`);
      }
    }
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

/** Members of `test` that give another `test`. */
const MAKERS = new Set(['each', 'for', 'runIf', 'skipIf']);

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/**
 * `expect`, `assert`, what waits for something and fails where it does not come (`until`, `gets`), and functions of the file that
 * use one of them, however many steps away.
 */
function assertingNames(program: unknown, text: string): string[] {
  const names = ['expect', 'assert', 'until', 'gets'];
  const functions = [...nodes(program)].filter(
    (node) => node.type === 'FunctionDeclaration' || node.type === 'VariableDeclarator',
  );
  for (let before = 0; before < names.length; ) {
    before = names.length;
    for (const node of functions) {
      const name = (node.id as { name?: string } | null)?.name;
      if (name === undefined || names.includes(name)) continue;
      const body = text.slice(node.start, node.end);
      if (names.some((one) => new RegExp(`\\b${one}\\b`).test(body))) names.push(name);
    }
  }
  return names;
}

/** Calls of `test` or `it`, tables (`test.each(…)(…)`) included. */
function* testCalls(program: unknown): Generator<SyntaxNode> {
  for (const node of nodes(program)) {
    if (node.type !== 'CallExpression') continue;
    let callee = node.callee as SyntaxNode;
    const isTable = callee.type === 'CallExpression';
    if (isTable) callee = callee.callee as SyntaxNode;
    while (callee.type === 'MemberExpression') {
      const { name } = callee.property as { name?: string };
      // `test.each(…)` makes a test; the call of what it made is the one to look at.
      if (!isTable && name !== undefined && MAKERS.has(name)) break;
      callee = callee.object as SyntaxNode;
    }
    const { name } = callee as { name?: string };
    if (callee.type === 'Identifier' && (name === 'test' || name === 'it')) yield node;
  }
}

function* nodes(value: unknown): Generator<SyntaxNode> {
  if (value === null || typeof value !== 'object') return;
  if (typeof (value as { type?: unknown }).type === 'string') yield value as SyntaxNode;
  for (const child of Object.values(value)) yield* nodes(child);
}
