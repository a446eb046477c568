// `#suite`: the one face that suites import.

export type { Exchange } from '../client/index.ts';
export { UndecidedError, UnsupportedError } from '../core/exit.ts';
export type { Finding } from '../core/finding.ts';
export { equalLsn, parseLsn } from '../core/lsn.ts';
export type { StoreRule } from '../store/index.ts';
export type { Api, ApiOptions } from './scenario/api.ts';
export type { Cause, CauseOptions, Way } from './scenario/cause.ts';
export type { ScenarioContext } from './scenario/context.ts';
export { type Capability, type ScenarioDefinition, scenario } from './scenario/definition.ts';
export { bodyJson, curlRequest } from './scenario/exchange-request.ts';
export type { CheckDetail, Ledger } from './scenario/ledger.ts';
export type { CallOptions, Expectation } from './scenario/request.ts';
