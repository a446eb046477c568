// What a node prints: kept in files, of which messages show the end.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Lines of output that a message about a failed start shows. */
const LINES_SHOWN = 20;

/** Bytes from the end in which these lines are looked for. */
const TAIL_BYTES = 16 * 1024;

/** The last lines of a file, indented; empty when there is nothing. */
export function lastLines(file: string): string {
  const lines = readTail(file).trimEnd().split('\n').slice(-LINES_SHOWN);
  return lines.join('\n').trim() === '' ? '' : lines.map((line) => `  ${line}`).join('\n');
}

function readTail(file: string): string {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const size = fstatSync(fd).size;
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    closeSync(fd);
  }
}
