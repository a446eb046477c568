// `#suite`: the one face that suites import.

export type { Exchange } from '../client/index.ts';
export { createWrongClient, type DriverOutcome, type WrongClientKind } from '../client/index.ts';
export { sleep } from '../core/clock.ts';
export { UndecidedError, UnsupportedError } from '../core/exit.ts';
export type { Finding } from '../core/finding.ts';
export { equalLsn, formatLsn, parseLsn } from '../core/lsn.ts';
export {
  FAULT_KINDS,
  type Fault,
  type FaultHandle,
  type FaultValue,
  faultValues,
} from '../fault/index.ts';
export type { StoreRule } from '../store/index.ts';
export { createTokenMint, type TokenMint } from '../target/index.ts';
export { type Flow, type FlowDriver, openFlow } from './flow/flow.ts';
export { type Hold, holdOf, waitedFor } from './flow/held-back.ts';
export { expectOutcome, ScenarioEnd } from './flow/outcome.ts';
export { type Branching, mustBeStored, startBranch, writesByItself } from './flow/progress.ts';
export { indexesOf, objectsOf, untilStored } from './flow/stored.ts';
export {
  createStrikes,
  type RequestChoice,
  type RequestWatch,
  type Strikes,
  watchRequests,
} from './flow/strikes.ts';
export { type FaultCase, supportedCases } from './flow/supported.ts';
export type { FlowTenant, TenantOptions } from './flow/tenant.ts';
export type { Api, ApiOptions } from './scenario/api.ts';
export { type Cause, type CauseOptions, hookWay, type Way } from './scenario/cause.ts';
export type { ScenarioContext } from './scenario/context.ts';
export { type Capability, type ScenarioDefinition, scenario } from './scenario/definition.ts';
export { bodyJson, curlRequest, exactJson } from './scenario/exchange-request.ts';
export type { CheckDetail, Ledger } from './scenario/ledger.ts';
export type { RawCallOptions, RawConnection, RawExchange, RawSend } from './scenario/raw.ts';
export type { CallOptions, Expectation } from './scenario/request.ts';
export type { StormMenu } from './storm/draw.ts';
export { runStorm } from './storm/storm.ts';
