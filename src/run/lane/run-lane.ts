// The fault lane of one rig, opened with the Toxiproxy that the user asked for.

import type { LaneHost, RigLane } from '../rig/index.ts';
import type { RunJob } from '../runner/job.ts';

/** The lane as scenarios and the workplace use it. */
export interface RunLane {
  readonly rigLane: RigLane;
  readonly capabilities: ReadonlySet<string>;
  healAll(): Promise<void>;
}

/** Opens it. */
export async function openLane(_host: LaneHost, _job: RunJob): Promise<RunLane> {
  throw new Error('not yet');
}
