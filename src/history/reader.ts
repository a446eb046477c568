// Reads a history, a damaged one too: what can be read is given, and what can't is told with its line number.
// Nothing here throws for what a file says; only a file that can't be opened is an error (UsageError).

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { UsageError } from '../core/exit.ts';
import type { HeaderLine, HistoryLine } from './events.ts';
import { createFrameCheck } from './frame.ts';
import { createLineValidator, type LineValidator } from './validate.ts';

/** One thing that is wrong with a history file. A history with damage never gives a pass. */
export interface HistoryDamage {
  /** Line number, from 1; one past the last line for what is missing at the end. */
  readonly line: number;
  /** What is wrong, in one sentence without a final stop. */
  readonly message: string;
}

/** A whole history in memory. */
export interface ParsedHistory {
  /** The readable lines in file order. */
  readonly lines: readonly HistoryLine[];
  /** Everything that is wrong, in order of line numbers; empty for a whole history. */
  readonly damage: readonly HistoryDamage[];
  /** The first line, when it is readable. */
  readonly header: HeaderLine | undefined;
}

/** Longest line in bytes: beyond it the line is damage, so that a foreign file can't fill the memory. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

/** Bytes read at once. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * The readable lines of a file in file order, as a stream: a history of any length in bounded memory. Damage is pushed
 * to `damage` while reading; it is complete when the iteration ended. Throws UsageError when the file can't be read.
 */
export async function* readHistory(
  file: string,
  damage: HistoryDamage[] = [],
): AsyncGenerator<HistoryLine, void, undefined> {
  for await (const lines of readHistoryBatches(file, damage)) yield* lines;
}

/** As `readHistory`, but some thousand lines at once, for long histories: a step for each line costs as much as its parsing. */
export async function* readHistoryBatches(
  file: string,
  damage: HistoryDamage[] = [],
  validate?: LineValidator,
): AsyncGenerator<HistoryLine[], void, undefined> {
  const decode = createDecoder(damage, validate);
  for await (const raw of readRawLines(file)) {
    yield raw.map(decode.line).filter((line) => line !== undefined);
  }
  decode.end();
}

/**
 * Reads a whole file into memory. Who reads many gives each the same `validate`, which has its schemas compiled. Throws UsageError
 * when the file can't be read.
 */
export async function loadHistory(file: string, validate?: LineValidator): Promise<ParsedHistory> {
  const damage: HistoryDamage[] = [];
  const lines: HistoryLine[] = [];
  for await (const batch of readHistoryBatches(file, damage, validate)) {
    for (const line of batch) lines.push(line);
  }
  return { lines, damage, header: headerOf(lines) };
}

/** Parses the content of a history file. */
export function parseHistory(content: string | Uint8Array): ParsedHistory {
  const damage: HistoryDamage[] = [];
  const lines: HistoryLine[] = [];
  const decode = createDecoder(damage);
  const splitter = createSplitter();
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  for (const raw of [...splitter.push(bytes), ...splitter.end()]) {
    const line = decode.line(raw);
    if (line) lines.push(line);
  }
  decode.end();
  return { lines, damage, header: headerOf(lines) };
}

function headerOf(lines: readonly HistoryLine[]): HeaderLine | undefined {
  const first = lines[0];
  return first?.stream === 'run' && first.type === 'header' ? first : undefined;
}

function createDecoder(damage: HistoryDamage[], validate = createLineValidator()) {
  const frame = createFrameCheck((line, message) => damage.push({ line, message }));
  let number = 0;
  return {
    line(bytes: Buffer): HistoryLine | undefined {
      number += 1;
      const parsed = parseLine(bytes);
      const check = 'message' in parsed ? parsed : validate(parsed.value);
      if (check.line === undefined) {
        damage.push({ line: number, message: check.message });
        frame.damaged();
        return undefined;
      }
      frame.see(number, check.line);
      return check.line;
    },
    end: () => frame.end(number + 1),
  };
}

function parseLine(bytes: Buffer): { value: unknown } | { line?: never; message: string } {
  if (bytes.length === 0) return { message: 'an empty line' };
  if (bytes.length > LINE_BYTES_MAX) return { message: `longer than ${LINE_BYTES_MAX} bytes` };
  if (!isUtf8(bytes)) return { message: 'not UTF-8' };
  try {
    return { value: JSON.parse(bytes.toString('utf8')) };
  } catch (error) {
    return { message: `not JSON: ${(error as Error).message}` };
  }
}

async function* readRawLines(file: string): AsyncGenerator<Buffer[], void, undefined> {
  const splitter = createSplitter();
  try {
    // Opened first, so that a folder or a missing file is told before a stream exists.
    await using handle = await open(file, 'r');
    const stream = createReadStream('', {
      fd: handle,
      autoClose: false,
      highWaterMark: CHUNK_BYTES,
    });
    for await (const chunk of stream) yield splitter.push(chunk as Buffer);
  } catch (cause) {
    throw new UsageError(`history ${file} can't be read: ${(cause as Error).message}`, { cause });
  }
  yield splitter.end();
}

/** Cuts a stream of bytes at line feeds. A line that is too long is cut too: the decoder then refuses it by its length. */
function createSplitter() {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  function keep(bytes: Buffer): void {
    // Of a line beyond the limit only enough is kept to see that it is.
    if (pendingBytes > LINE_BYTES_MAX || bytes.length === 0) return;
    pending.push(bytes);
    pendingBytes += bytes.length;
  }
  function take(): Buffer {
    const line = pending.length === 1 ? pending[0]! : Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
    return line;
  }
  return {
    push(chunk: Buffer): Buffer[] {
      const lines: Buffer[] = [];
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        keep(chunk.subarray(start, end));
        lines.push(take());
        start = end + 1;
      }
      keep(chunk.subarray(start));
      return lines;
    },
    end: (): Buffer[] => (pendingBytes === 0 ? [] : [take()]),
  };
}
