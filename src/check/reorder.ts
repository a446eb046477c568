// Puts lines into the order in which checkers look at them, (t, i), while they arrive: the proxy stamps its lines before
// they are recorded, so a line may come a little after younger ones.

import type { HistoryLine } from '../history/events.ts';

/** How wide the window is. */
export interface Lateness {
  /** How much later than its time a line may arrive, ns. */
  readonly latenessMax: number;
  /** Lines kept at most: beyond it the oldest goes on, so that memory stays bounded. */
  readonly keptMax: number;
}

/** The proxy's stream is read continuously. */
export const LATENESS_DEFAULT: Lateness = { latenessMax: 2e9, keptMax: 100_000 };

/** A window over the arriving lines. */
export interface Reorder {
  push(line: HistoryLine): void;
  /** Everything that is left goes on. */
  flush(): void;
}

/** Gives lines to `next` in order; to `late` those that came after a younger one had gone on. */
export function createReorder(
  next: (line: HistoryLine) => void,
  late: (line: HistoryLine) => void,
  { latenessMax, keptMax }: Lateness = LATENESS_DEFAULT,
): Reorder {
  let kept: HistoryLine[] = [];
  let head = 0;
  let last: HistoryLine | undefined;

  function isBefore(left: HistoryLine, right: HistoryLine): boolean {
    return left.t < right.t || (left.t === right.t && left.i < right.i);
  }
  function release(): void {
    const line = kept[head]!;
    head += 1;
    last = line;
    next(line);
    if (head > 4096 && head * 2 > kept.length) {
      kept = kept.slice(head);
      head = 0;
    }
  }
  return {
    push(line) {
      if (last && isBefore(line, last)) {
        late(line);
        return;
      }
      let place = kept.length;
      kept.push(line);
      while (place > head && isBefore(line, kept[place - 1]!)) {
        kept[place] = kept[place - 1]!;
        place -= 1;
      }
      kept[place] = line;
      const newest = kept[kept.length - 1]!.t;
      while (head < kept.length - 1) {
        const isOld = newest - kept[head]!.t > latenessMax;
        if (!isOld && kept.length - head <= keptMax) break;
        release();
      }
    },
    flush() {
      while (head < kept.length) release();
    },
  };
}
