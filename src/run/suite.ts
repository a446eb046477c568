// `#suite`: the one face that suites import.

export type { Exchange } from '../client/index.ts';
export type { Finding } from '../core/finding.ts';
export type { Api, ApiOptions } from './scenario/api.ts';
export type { Cause, CauseOptions, Way } from './scenario/cause.ts';
export type { ScenarioContext } from './scenario/context.ts';
export { type Capability, type ScenarioDefinition, scenario } from './scenario/definition.ts';
export { bodyJson, curlRequest } from './scenario/exchange-request.ts';
export type { CheckDetail, Ledger } from './scenario/ledger.ts';
export type { CallOptions } from './scenario/request.ts';
