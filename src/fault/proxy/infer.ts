// What a call's end, seen by its client, proves of a fault that reports nothing itself.

import type { Fault, ObservedOutcome } from '../fault.ts';

/** What is known of the fault and its Toxiproxy. */
export interface InferenceContext {
  /** The Toxiproxy tells what its toxics and rules hit. */
  readonly extended: boolean;
  /** How long the fault has been in force, ms. */
  readonly sinceMs: number;
}

/**
 * Whether the outcome is explained by the fault and by nothing that a healthy link does. A refused connection is never
 * told by a proxy, extended or not; everything else only counts where there are no events.
 */
export function inferHit(
  fault: Fault,
  outcome: ObservedOutcome,
  context: InferenceContext,
): boolean {
  const { error, phase, elapsedMs } = outcome;
  const broken = error !== undefined;
  switch (fault.kind) {
    case 'refuse':
    case 'flapping':
      return broken && (phase === 'connect' || !context.extended);
    case 'latency':
      return !context.extended && elapsedMs >= (fault.parameters?.latencyMs ?? 60);
    // The toxic is there with toxicity 1 and the call went through it: it was paced.
    case 'jitter':
    case 'bandwidth':
    case 'slice':
      return !context.extended && elapsedMs <= context.sinceMs;
    // Nothing of these shows in a call that went well, and a call that went wrong shows another fault.
    case 'slow-close':
    case 'half-open':
      return false;
    default:
      return !context.extended && broken && elapsedMs <= context.sinceMs;
  }
}
