// What a call's end, seen by its client, proves of a fault that reports nothing itself.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, ObservedOutcome } from '../fault.ts';
import { endsConnections, faultKind } from '../kinds/catalogue.ts';
import type { FaultKind } from '../kinds/kind.ts';
import type { Strike } from '../lane/injection.ts';
import type { Link } from '../lane/link.ts';
import type { StorePort } from '../store/tap-effect.ts';

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

/** The end of a connection is told to the tap so soon after the fault's end, ms. */
const LATE_MS_MAX = 200;

/** The hits that the tap tells of. */
export interface TapHits {
  /** What comes from now on may meet a healthy link. */
  healing(): void;
  /** Resolves when the ends that healing made have been told. */
  end(): Promise<void>;
}

/**
 * Hits of a link to the store where the proxy tells nothing: a request that comes through it was struck by it. Where none
 * comes, so was a connection that begins, and one that ends if the kind ends connections; what does neither shows nothing.
 */
export function hitsAtTap(
  links: ReadonlySet<Link>,
  { store, kind, strike }: { store: StorePort; kind: FaultKind; strike: Strike },
): TapHits {
  // A request that arrives tells by itself.
  const arrives = faultKind(kind).request === 'whole';
  const ends = !arrives && endsConnections(kind);
  const first = Promise.withResolvers<void>();
  const hit: Strike = (struck, once) => {
    strike(struck, once);
    first.resolve();
  };
  const isOurs = (node: string): boolean => [...links].some((link) => link.node === node);
  const stopEvents = store.onEvent(({ type, node, req, tenant }) => {
    if (type !== 'received' || !isOurs(node)) return;
    hit({ req, node, ...(tenant === undefined ? {} : { tenant }) }, req);
  });
  let isHealing = false;
  const stopConnections = store.onConnection((type, { node, remotePort }) => {
    if ((type === 'close' ? !ends : arrives || isHealing) || !isOurs(node)) return;
    hit({ node, conn: `tap:${remotePort}` }, `tap ${node} ${remotePort}`);
  });
  return {
    healing() {
      isHealing = true;
      stopEvents();
    },
    async end() {
      if (ends) await Promise.race([first.promise, sleep(LATE_MS_MAX)]);
      stopConnections();
    },
  };
}
