// The clients: calls over one connection each, raw sockets for abuse, and the driver (a correct control plane).

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
