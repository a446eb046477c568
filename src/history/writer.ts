// Writes a history as it happens: one synchronous write a line, so that a SIGKILL of this process loses nothing
// that was recorded. The file order is the order of recording; `t` may go back where an event was stamped
// elsewhere (proxy lines), which is why checkers order lines by (t, i).

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { type Clock, monotonicClock } from '../core/clock.ts';
import { HarnessError } from '../core/exit.ts';
import type { HeaderLine, HistoryEvent, HistorySink } from './events.ts';

/** What the opener of a history says of the rig; the writer adds the frame's own fields. */
export type HistoryHeader = Omit<
  HeaderLine,
  'i' | 't' | 'stream' | 'type' | 'version' | 'wall' | 'versions'
> & {
  /** Versions beside Node's, which the writer adds. */
  readonly versions: Readonly<Record<string, string>>;
};

/** The one writer of a history file. */
export interface HistoryWriter extends HistorySink, Disposable {
  /** Path of the file. */
  readonly file: string;
  /** Reading of the clock at t = 0, nanoseconds: what turns a foreign stamp of the same clock into `t`. */
  readonly origin: bigint;
  /** Why lines are no longer written (a full disk), once that has happened. */
  readonly failure: Error | undefined;
  /** Hears of each event after it was recorded; the result stops it. The listener must not throw. */
  listen(listener: (event: HistoryEvent) => void): () => void;
  /** The `t` of this moment. */
  now(): number;
  /**
   * Everything recorded is with the operating system already when `record` returns; flush tells at once whether that
   * still holds. Throws HarnessError when a line could not be written.
   */
  flush(): void;
  /** Writes the footer and closes the file; a second call does nothing. Throws HarnessError when a line could not be written. */
  close(): void;
}

/** Where the bytes go; a seam for tests of full disks. Returns the number of bytes taken. */
export type WriteBytes = (fd: number, bytes: Uint8Array) => number;

/** Options of `openHistory` that only tests set. */
export interface HistoryOptions {
  readonly clock?: Clock;
  readonly write?: WriteBytes;
}

/**
 * Creates the file (and its folder), writes the header and returns the writer. An existing file is replaced.
 * Throws HarnessError when the file can't be created.
 */
export function openHistory(
  file: string,
  header: HistoryHeader,
  options: HistoryOptions = {},
): HistoryWriter {
  const clock = options.clock ?? monotonicClock;
  const output = openOutput(file, options.write ?? ((fd, bytes) => writeSync(fd, bytes)));
  const origin = clock.now();
  const counts: Record<string, number> = {};
  const listeners = new Set<(event: HistoryEvent) => void>();
  let sequence = 0;
  let closed = false;

  function record(event: HistoryEvent): number {
    if (closed) throw new HarnessError(`history ${file}: recorded after it was closed`);
    const t = event.t ?? now();
    output.append(`{"i":${sequence},"t":${t},${members(event)}\n`);
    sequence += 1;
    counts[event.stream] = (counts[event.stream] ?? 0) + 1;
    for (const listener of listeners) listener(event);
    return t;
  }
  function now(): number {
    return Number(clock.now() - origin);
  }
  function flush(): void {
    if (output.failure) throw writeFailure(file, output.failure);
  }
  function close(): void {
    if (closed) return;
    record({ stream: 'run', type: 'footer', lines: { ...counts } });
    closed = true;
    output.close();
    flush();
  }

  const wall = new Date().toISOString();
  const versions = { node: process.versions.node, ...header.versions };
  record({ stream: 'run', type: 'header', t: 0, version: 1, wall, ...header, versions });
  return {
    file,
    origin,
    get failure() {
      return output.failure;
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    now,
    record,
    flush,
    close,
    [Symbol.dispose]: close,
  };
}

/** The event's own members and the closing brace; without a copy where nothing has to go. */
function members(event: HistoryEvent): string {
  if (event.t === undefined) return JSON.stringify(event).slice(1);
  const { t: _told, ...rest } = event;
  return JSON.stringify(rest).slice(1);
}

/** Appends until the first failure; from then on nothing more is written, so that the file has no hole. */
function openOutput(file: string, write: WriteBytes) {
  let fd: number;
  try {
    mkdirSync(dirname(file), { recursive: true });
    fd = openSync(file, 'w');
  } catch (cause) {
    throw new HarnessError(`history ${file} can't be created: ${(cause as Error).message}`, {
      cause,
    });
  }
  return {
    failure: undefined as Error | undefined,
    append(line: string): void {
      if (this.failure) return;
      try {
        const bytes = Buffer.from(line);
        // A nearly full disk takes a part of a line first and refuses the rest.
        let taken = write(fd, bytes);
        while (taken < bytes.length) taken += write(fd, bytes.subarray(taken));
      } catch (cause) {
        this.failure = cause as Error;
      }
    },
    close(): void {
      try {
        closeSync(fd);
      } catch (cause) {
        this.failure ??= cause as Error;
      }
    },
  };
}

function writeFailure(file: string, cause: Error): HarnessError {
  return new HarnessError(`history ${file} is incomplete: ${cause.message}`, { cause });
}
