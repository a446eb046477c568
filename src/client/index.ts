// The clients: calls over one connection each, raw sockets for abuse, and the driver (a correct control plane).

export { createDriver, type Driver, type MoveOutcome, type NewTimeline } from './driver/driver.ts';
export type { DriverOptions, Lane, OddStatus } from './driver/lane.ts';
export type { DriverOutcome } from './driver/outcome.ts';
export {
  createDeliveryTracker,
  type Delivery,
  type DeliveryEvidence,
  type DeliveryTracker,
} from './driver/ownership/evidence.ts';
export {
  createOwnership,
  type Ownership,
  type OwnershipCall,
} from './driver/ownership/ownership.ts';
export type { Presence } from './driver/presence.ts';
export { type CallResult, type Classified, classify } from './exchange/classify.ts';
export {
  type ClientOptions,
  openClient,
  type PageserverClient,
  type SendOptions,
  type TokenFor,
} from './exchange/client.ts';
export type {
  CallPhase,
  Exchange,
  ExchangeFailure,
  ExchangeRequest,
  ExchangeResponse,
  HeaderList,
  Outcome,
} from './exchange/exchange.ts';
export type { HeadersToSend } from './exchange/headers.ts';
export { lsnText } from './exchange/lsn.ts';
export { isRead, recordedOperation } from './exchange/operation.ts';
export { type ReadState, readSeen } from './exchange/seen.ts';
export {
  openRawSocket,
  type RawBytes,
  type RawCall,
  type RawOutcome,
  type RawSocket,
  type ReadOptions,
  recordRawCall,
} from './raw/raw-socket.ts';
export {
  createWrongClient,
  type WrongClient,
  type WrongClientKind,
} from './wrong/wrong-clients.ts';
