// The fault layer: the only place that talks to Toxiproxy and to the tap's rules.

export type {
  AnnouncedRequest,
  Fault,
  FaultHandle,
  FaultHit,
  FaultParameters,
  FaultPlace,
  FaultStream,
  FaultUntil,
  FaultWhen,
  ObservedOutcome,
  TapPoint,
} from './fault.ts';
export {
  FAULT_KINDS,
  type FaultValue,
  faultKind,
  faultValues,
  missingFor,
} from './kinds/catalogue.ts';
export type { FaultKind, FaultKindInfo, LaneCapability } from './kinds/kind.ts';
export { idleFault } from './lane/idle.ts';
export { HOLD_MS_MAX } from './lane/injection.ts';
export type { FaultLane, LaneOptions } from './lane/lane.ts';
export type { ProxyEvent as ProxyLineEvent } from './lane/ledger.ts';
export type { ClientLink, FaultLink, StoreLink } from './lane/link.ts';
export { openFaultLane } from './lane/open-lane.ts';
export { missingCapabilities } from './proxy/open-port.ts';
