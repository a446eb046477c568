// The rig that scenarios run in.

export { type Address, type LaneHost, type RigLane, rigLaneOf } from './lane.ts';
export {
  type MissingCapabilities,
  type ProbeOptions,
  probeTarget,
  withoutMissing,
} from './probe.ts';
export { openRig, type Rig, type RigOptions, type RigRun } from './rig.ts';
export type {
  DoubleBoot,
  NodeState,
  RigNode,
  StartOptions,
  StopOptions,
  UnaskedExit,
} from './rig-node.ts';
