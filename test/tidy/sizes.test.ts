// Sizes: a file ≤ 300 lines, a function ≤ 70. Measured on the syntax tree, not by guessing.

import { parseAst } from 'vite';
import { expect, test } from 'vitest';
import { codeFiles } from './sources.ts';

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function* functions(node: unknown): Generator<Node> {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const child of node) yield* functions(child);
    return;
  }
  if (FUNCTIONS.has((node as Node).type)) yield node as Node;
  for (const child of Object.values(node)) yield* functions(child);
}

test(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
  const wrong = codeFiles()
    .filter((file) => file.lines.length - 1 > FILE_LINES_MAX)
    .map((file) => `${file.path}: ${file.lines.length - 1}`);
  expect(wrong).toEqual([]);
});

test(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const file of codeFiles()) {
    for (const node of functions(parseAst(file.text, { lang: 'ts' }))) {
      seen += 1;
      const lines = file.text.slice(node.start, node.end).split('\n').length;
      const first = file.text.slice(0, node.start).split('\n').length;
      if (lines > FUNCTION_LINES_MAX) wrong.push(`${file.path}:${first}: ${lines} lines`);
    }
  }
  expect(seen).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});
