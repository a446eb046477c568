// The frame that holds a history together: header first, numbers without gaps, a footer that counts the lines.

import type { HistoryLine } from './events.ts';

/** Watches the frame while lines go by in file order. */
export interface FrameCheck {
  /** The next readable line. */
  see(number: number, line: HistoryLine): void;
  /** The next line was not readable: gaps and counts can't be told any more. */
  damaged(): void;
  /** The file ended before line `number`. */
  end(number: number): void;
}

/** Reports each fault of the frame with its line number, from 1. */
export function createFrameCheck(report: (line: number, message: string) => void): FrameCheck {
  const counts: Record<string, number> = {};
  let expected: number | undefined = 0;
  let whole = true;
  let ended = false;

  function checkNumber(number: number, line: HistoryLine): void {
    if (expected !== undefined && line.i !== expected) {
      report(
        number,
        `sequence number ${line.i} where ${expected} was due: lines are missing or moved`,
      );
      whole = false;
    }
    expected = line.i + 1;
  }
  function checkCounts(number: number, stated: Readonly<Record<string, number>>): void {
    for (const stream of new Set([...Object.keys(stated), ...Object.keys(counts)])) {
      const [told, seen] = [stated[stream] ?? 0, counts[stream] ?? 0];
      if (told !== seen)
        report(number, `the footer counts ${told} ${stream} lines, there are ${seen}`);
    }
  }
  return {
    see(number, line) {
      const isHeader = line.stream === 'run' && line.type === 'header';
      if (ended) report(number, 'a line after the footer');
      if (number === 1 && !isHeader) report(1, 'the first line is not a header');
      if (number > 1 && isHeader) report(number, 'a second header');
      checkNumber(number, line);
      if (line.stream === 'run' && line.type === 'footer') {
        // After damage the counts would only repeat what was told already.
        if (whole && !ended) checkCounts(number, line.lines);
        ended = true;
      }
      counts[line.stream] = (counts[line.stream] ?? 0) + 1;
    },
    damaged() {
      whole = false;
      expected = undefined;
    },
    end(number) {
      if (number === 1) report(1, 'the file is empty');
      else if (!ended) report(number, 'no footer: the history was cut');
    },
  };
}
