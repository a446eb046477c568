// What is tested, as the rest of the suite sees it: a target file (design section 4) checked, with its defaults
// filled in, durations in milliseconds and `{env.…}` replaced. Placeholders of a node stay until that node starts.

import type { HistoryLimits, NodeId } from '../history/events.ts';

/** How tenant state appears in tenant objects; `auto` takes whichever of the three it finds. */
export type StateDialect = 'slug' | 'string' | 'attachment_status' | 'auto';

/**
 * What a target can be made to do. `restart`: stopped and started on the same data. `pause`: SIGSTOP. `tap`: all its
 * writes go through our store tap. `layout`: an object's key names tenant, timeline and whether it is an index. `state`:
 * a tenant's status shows its state. `auth`: it checks our tokens. `data-dir`: its disk state is in `{node.dir}`.
 * `small-disk`: `{node.dir}` may be a disk that we fill. `two-nodes`: there are two of it.
 */
export const TARGET_CAPABILITIES = [
  'two-nodes',
  'restart',
  'pause',
  'tap',
  'layout',
  'state',
  'auth',
  'data-dir',
  'small-disk',
] as const;

/** One capability of a target, by the name that users see. */
export type TargetCapability = (typeof TARGET_CAPABILITIES)[number];

/** Members that all kinds share. */
interface TargetBase {
  /** Name and version, for reports. */
  readonly name: string;
  /** Absolute path of the target file; absent for `--target URL`. */
  readonly file?: string;
  /** Ids of its nodes: `a`, or `a` and `b`. */
  readonly nodes: readonly NodeId[];
  readonly ready: ReadyProbe;
  readonly state: StateDialect;
  readonly auth: TargetAuth;
  /** Merged into the bodies of timeline-create. */
  readonly timelineCreate: Readonly<Record<string, unknown>>;
  /** Milliseconds. */
  readonly limits: HistoryLimits;
  /** Declared in the file, otherwise what the kind allows; `false` is never probed. */
  readonly capabilities: Readonly<Record<TargetCapability, boolean>>;
  /** Environment switches, by the obligation (`tenant_list.500`) that a launch with them causes. */
  readonly hooks: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** When a node is ready: a GET of `path` is answered with a 2xx within `timeoutMs` of the start. */
export interface ReadyProbe {
  readonly path: string;
  readonly timeoutMs: number;
}

/** Whether calls carry tokens. `privateKeyFile`: a PEM key of the user's own, where the target runs already. */
export type TargetAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'jwt'; readonly privateKeyFile?: string };

/** Nodes that run already; we know their addresses and nothing else. */
export interface UrlTarget extends TargetBase {
  readonly kind: 'url';
  /** Origins, one for each node, without a slash at the end. */
  readonly urls: readonly string[];
}

/** Nodes that we start as processes. */
export interface ProcessTarget extends TargetBase {
  readonly kind: 'process';
  /** Program and arguments, with the placeholders of a node. A program with a slash is absolute already. */
  readonly command: readonly string[];
  /** Environment beside ours, with the placeholders of a node. */
  readonly env: Readonly<Record<string, string>>;
  /** Name of the user the nodes run as, who owns their folders; absent: our own. */
  readonly user?: string;
  readonly store: TargetStore;
}

/** The object store of a process target: the embedded one, or a real S3, both behind the tap. */
export type TargetStore = { readonly kind: 'embedded' } | S3Store;

/** A real S3 (or a compatible server) that the tap forwards to. */
export interface S3Store {
  readonly kind: 's3';
  readonly endpoint: string;
  readonly bucket: string;
  /** Path below which everything is written, without slashes at its ends. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A target file, ready to use. */
export type TargetDefinition = UrlTarget | ProcessTarget;

/** Limits where a target file says nothing (design section 4), milliseconds. */
export const LIMITS_DEFAULT: HistoryLimits = {
  attach: 10_000,
  detach: 10_000,
  quiet: 2_000,
  api: 2_000,
  store: 20_000,
  stop: 10_000,
};

/** Readiness where a target file says nothing. */
export const READY_DEFAULT: ReadyProbe = { path: '/v1/status', timeoutMs: 10_000 };
