// Progress on stderr: one live line on a terminal, one plain line for each scenario elsewhere.

import { painter } from '../report/summary.ts';
import type { ScenarioResult } from '../run/scenario/result.ts';
import { colourAllowed } from './colour.ts';
import type { CliIo } from './io.ts';

/** What a run tells while it goes on. */
export interface Progress {
  /** A sentence about the run as a whole. */
  note(text: string): void;
  begin(total: number): void;
  /** So many scenarios are run once more. */
  again(count: number): void;
  start(id: string): void;
  result(result: ScenarioResult): void;
  /** Removes the live line. */
  end(): void;
}

/** The progress that fits the stream. */
export function createProgress(io: CliIo): Progress {
  return io.stderr.isTTY ? liveProgress(io) : plainProgress(io);
}

function plainProgress(io: CliIo): Progress {
  let total = 0;
  let done = 0;
  return {
    note: (text) => void io.stderr.write(`${text}\n`),
    begin: (count) => {
      total = count;
    },
    again: (count) => {
      total += count;
    },
    start: () => {},
    result: (result) => {
      done += 1;
      io.stderr.write(`[${done}/${total}] ${result.verdict.padEnd(11)} ${resultText(result)}\n`);
    },
    end: () => {},
  };
}

function liveProgress(io: CliIo): Progress {
  const paint = painter(colourAllowed(io, io.stderr));
  const running = new Set<string>();
  let total = 0;
  let done = 0;
  const clear = (): void => void io.stderr.write('\r\x1b[K');
  const draw = (): void => {
    const text = `[${done}/${total}] ${[...running].join('  ')}`;
    io.stderr.write(`\r\x1b[K${text.slice(0, (io.stderr.columns ?? 80) - 1)}`);
  };
  return {
    note: (text) => {
      clear();
      io.stderr.write(`${text}\n`);
    },
    begin: (count) => {
      total = count;
    },
    again: (count) => {
      total += count;
    },
    start: (id) => {
      running.add(id);
      draw();
    },
    result: (result) => {
      running.delete(result.id);
      done += 1;
      if (result.verdict === 'fail' || result.verdict === 'error') {
        clear();
        io.stderr.write(`${paint('red', result.verdict)} ${resultText(result)}\n`);
      }
      draw();
    },
    end: clear,
  };
}

function resultText(result: ScenarioResult): string {
  const reason = result.reason === undefined ? '' : ` (${result.reason.split('\n')[0]})`;
  return `${result.id} ${(result.durationMs / 1000).toFixed(2)} s${reason}`;
}
