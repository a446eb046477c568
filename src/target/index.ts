// Targets: what is tested, loaded from a file, and the processes of those that we start.

export {
  createTokenMint,
  mintFor,
  type RawToken,
  type TokenClaims,
  type TokenMint,
} from './auth/token-mint.ts';
export {
  LIMITS_DEFAULT,
  type ProcessTarget,
  READY_DEFAULT,
  type ReadyProbe,
  type S3Store,
  type StateDialect,
  TARGET_CAPABILITIES,
  type TargetAuth,
  type TargetCapability,
  type TargetDefinition,
  type TargetStore,
  type UrlTarget,
} from './definition.ts';
export { loadRawTarget, loadTarget, parseTarget, referenceTargetFile } from './load/load.ts';
export { PLACEHOLDERS } from './load/placeholders.ts';
export type { RawTarget } from './load/raw.ts';
export { freePort, isFree } from './process/free-port.ts';
export {
  findUser,
  type Launch,
  type LaunchEnvironment,
  type NodePlace,
  type NodeStore,
  prepareLaunch,
} from './process/launch.ts';
export { referenceProgram } from './process/programs.ts';
export type { NodeExit, RunningNode } from './process/running-node.ts';
export { type NodeSpec, PortTakenError, startNode } from './process/start-node.ts';
export { type Reaper, type ReaperLine, reaperLine, startReaper } from './reaper/reaper.ts';
export { readTenantState } from './state.ts';
