// How long a node pauses before it tries a failed store request again: silence must be watched for three of them before a write that
// does not come may be said not to come (judging section 5).

import type { HistoryEvent } from '../../history/index.ts';

/** Silence is watched for so many of the longest pauses. */
const PAUSES = 3;

/** Silence is watched no longer than this because of pauses, ms: a gate must end. */
const QUIET_MS_MAX = 10_000;

/** They bring in store requests of their own, which repeat nothing. */
const ASKS: ReadonlySet<string> = new Set([
  'attach',
  'detach',
  'ignore',
  'load',
  'tenant_create',
  'tenant_config',
  'timeline_create',
  'timeline_delete',
]);

interface Failure {
  readonly node: string;
  readonly tenant: string | undefined;
  readonly atMs: number;
}

/** Follows the history of a rig. */
export class RetryPauses {
  readonly #now: () => number;
  /** By writer, operation and key. */
  readonly #failed = new Map<string, Failure>();
  #longestMs = 0;

  /** `now` in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The longest pause between a failed request and its repetition, ms; 0 where none was seen. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** How long silence is to be watched where the target says `quietMs`. */
  quietMs(quietMs: number): number {
    return Math.max(quietMs, Math.min(QUIET_MS_MAX, PAUSES * this.#longestMs));
  }

  /** Takes every event, in its order. */
  see(event: HistoryEvent): void {
    if (event.stream === 'store') this.#store(event);
    else if (event.stream === 'client') {
      if (event.type === 'invoke' && ASKS.has(event.op)) {
        this.#forget((one) => one.node === event.node && one.tenant === event.tenant);
      }
    } else if (event.stream === 'process') {
      // Who is stopped or dead does not pause.
      this.#forget((one) => one.node === event.node);
    } else if (event.stream === 'fault' && event.where === 'node-store' && !event.tenant) {
      // A link that is down hides repetitions from the tap.
      this.#forget((one) => (event.node ?? one.node) === one.node);
    }
  }

  #store(event: Extract<HistoryEvent, { stream: 'store' }>): void {
    const { node, boot, op, key, tenant, status } = event;
    if (node === 'suite') return;
    const request = `${node} ${boot} ${op} ${key}`;
    if (event.type === 'received') {
      const failure = this.#failed.get(request);
      this.#failed.delete(request);
      if (failure) this.#longestMs = Math.max(this.#longestMs, this.#now() - failure.atMs);
      return;
    }
    const isFailure =
      event.type === 'dropped' || (event.type === 'answered' && !(status && status < 500));
    if (isFailure) this.#failed.set(request, { node, tenant, atMs: this.#now() });
  }

  #forget(which: (failure: Failure) => boolean): void {
    for (const [request, failure] of this.#failed) {
      if (which(failure)) this.#failed.delete(request);
    }
  }
}
