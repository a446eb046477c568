// How the index of one timeline is rewritten without a request: the habit that its node must keep (judging section 5).

import type { StoreLine } from '../../../history/events.ts';

/** Rewrites that make a habit (judging section 5). */
const HABIT_MIN = 3;

/** Longest gaps to wait for the next rewrite. */
const GAPS = 10;

/** Longest gaps after which a habit has ended by itself: who has nothing more to write has not stopped writing. */
const GAPS_ALIVE = 2;

/** The rewrites of one index, from life to life. */
export class Habit {
  readonly tenant: string;
  readonly key: string;
  /** The last rewrite; its writer has the habit. */
  last: StoreLine;
  longestGap = 0;
  private rewrites = 0;
  /** When the rewrites of this life began. */
  private since: number;
  /** An earlier life had it, so that it is none of this life's first answers. */
  private isProven = false;
  private isNew = false;

  constructor(line: StoreLine, tenant: string) {
    this.tenant = tenant;
    this.key = line.key;
    this.last = line;
    this.since = line.t;
  }

  /** Rewrites without a request in this life. */
  get count(): number {
    return this.rewrites;
  }

  /** The next rewrite; of a gap in which something delayed it nothing is learnt. */
  rewritten(line: StoreLine, isDelayed: boolean): void {
    if (this.isNew) this.since = line.t;
    else if (!isDelayed) {
      this.rewrites += 1;
      this.longestGap = Math.max(this.longestGap, line.t - this.last.t);
    }
    this.isNew = false;
    this.last = line;
  }

  /** It was going on at `t`, in this life. */
  isAlive(t: number): boolean {
    return this.rewrites >= HABIT_MIN && this.isRecent(t);
  }

  /**
   * This life is over at `t`. True when the next one owes the habit: it went on until the end, and for longer than the
   * quiet time, for the burst of writes after a request is no habit.
   */
  endLife(t: number, quietMs: number): boolean {
    if (!this.isNew) {
      const isHabit = this.rewrites >= HABIT_MIN && this.last.t - this.since >= quietMs * 1e6;
      this.isProven = (this.isProven || isHabit) && this.isRecent(t);
    }
    this.rewrites = 0;
    this.isNew = true;
    return this.isProven;
  }

  /** The longest that the next rewrite may take, ns. */
  patience(quietMs: number): number {
    return Math.max(quietMs * 1e6, GAPS * this.longestGap);
  }

  private isRecent(t: number): boolean {
    return t - this.last.t <= GAPS_ALIVE * this.longestGap;
  }
}
