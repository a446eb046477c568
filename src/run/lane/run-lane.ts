// The fault lane of one rig, on the Toxiproxy that the user asked for.

import {
  type FaultLane,
  HOLD_MS_MAX,
  missingCapabilities,
  openFaultLane,
} from '../../fault/index.ts';
import type { ToxiproxyFacts } from '../../history/index.ts';
import { openToxiproxy, parseProvider, type RunningToxiproxy } from '../../toxiproxy/index.ts';
import { type LaneHost, type RigLane, rigLaneOf } from '../rig/index.ts';
import type { RunJob } from '../runner/job.ts';

/** A Toxiproxy for one rig, and the lane on it once the rig is open. */
export interface RunLane extends AsyncDisposable {
  readonly toxiproxy: RunningToxiproxy;
  /** For the history's header. */
  readonly facts: ToxiproxyFacts;
  /** The lane. Set as soon as the rig is open. */
  readonly faults: FaultLane;
  /** For `openRig`. */
  readonly open: (host: LaneHost) => Promise<RigLane>;
}

/**
 * Gets the Toxiproxy. Nothing is held for longer than half the time that the target itself waits for its store: then it does not give
 * up what is held, and what it writes late is its own doing (judging section 3). Throws UsageError or TargetError when
 * Toxiproxy can't be had. Dispose after the rig.
 */
export async function openRunLane(job: RunJob): Promise<RunLane> {
  const provider = parseProvider(job.toxiproxy);
  const toxiproxy = await openToxiproxy({ ...provider, seed: job.seed, run: job.runId });
  let faults: FaultLane | undefined;
  return {
    toxiproxy,
    facts: {
      provider: toxiproxy.provider,
      version: toxiproxy.version,
      missing: missingCapabilities(toxiproxy),
    },
    get faults() {
      return faults!;
    },
    async open({ sink, clock, origin, store }) {
      faults = await openFaultLane({
        ...{ toxiproxy, store, sink, clock },
        headerStart: origin,
        holdMsMax: Math.min(HOLD_MS_MAX, job.target.limits.store / 2),
      });
      return rigLaneOf(faults);
    },
    [Symbol.asyncDispose]: () => toxiproxy[Symbol.asyncDispose](),
  };
}
