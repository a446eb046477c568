// The fault lane of one rig, on the Toxiproxy that the user asked for.

import { monotonicClock } from '../../core/clock.ts';
import { HarnessError } from '../../core/exit.ts';
import { type FaultLane, openFaultLane } from '../../fault/index.ts';
import type { NodeId } from '../../history/index.ts';
import type { Store } from '../../store/index.ts';
import { openToxiproxy, parseProvider, type RunningToxiproxy } from '../../toxiproxy/index.ts';
import type { Address, LaneHost, RigLane } from '../rig/index.ts';
import type { RunJob } from '../runner/job.ts';

/** A lane together with what the rig needs of it. */
export interface RunLane {
  readonly faults: FaultLane;
  readonly toxiproxy: RunningToxiproxy;
  /** The face that the rig uses. */
  readonly rigLane: RigLane;
  /** The rig's store, which is opened after the lane: tap faults work from now on. */
  attach(store: Store): void;
}

/** Opens it. Throws UsageError or TargetError when the Toxiproxy can't be had. */
export async function openLane(host: LaneHost, job: RunJob): Promise<RunLane> {
  const provider = parseProvider(job.toxiproxy);
  const toxiproxy = await openToxiproxy({ ...provider, seed: job.seed, run: job.runId });
  let store: Store | undefined;
  const faults = await openFaultLane({
    toxiproxy,
    store: lateStore(() => store),
    sink: host.sink,
    clock: monotonicClock,
    headerStart: host.origin,
  });
  return {
    faults,
    toxiproxy,
    rigLane: rigLane(faults, toxiproxy),
    attach: (opened) => {
      store = opened;
    },
  };
}

function rigLane(faults: FaultLane, toxiproxy: RunningToxiproxy): RigLane {
  return {
    async storeAddress(node: NodeId, tap: Address): Promise<Address> {
      const { host, port } = await faults.storeLink(node, tap);
      return { host, port };
    },
    nodeAt: (node, boot, address) => faults.nodeStarted(node, boot, address),
    cutNode: (node) => faults.cutNode(node),
    cutBy: (connection) => faults.cutBy(connection),
    async [Symbol.asyncDispose]() {
      await faults[Symbol.asyncDispose]();
      await toxiproxy[Symbol.asyncDispose]();
    },
  };
}

/** The store's rules, before there is a store: nobody can inject a fault by then. */
function lateStore(
  get: () => Store | undefined,
): Pick<Store, 'addRule' | 'markLaneCut' | 'onEvent'> {
  const store = (): Store => {
    const opened = get();
    if (opened) return opened;
    throw new HarnessError('a tap fault was asked for before the store was opened');
  };
  return {
    addRule: (rule) => store().addRule(rule),
    // A link that is cut while the rig is being opened has no store behind it yet.
    markLaneCut: async (node, boot) => get()?.markLaneCut(node, boot),
    onEvent: (listener) => store().onEvent(listener),
  };
}
