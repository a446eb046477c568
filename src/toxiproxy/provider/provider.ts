// How a run gets a Toxiproxy: what every provider gives.

import type { ToxiproxyCapability } from '../conformance/wire.ts';

/** The ways to get a Toxiproxy. */
export const PROVIDER_KINDS = ['auto', 'embedded', 'binary', 'docker', 'url'] as const;

/** One of the ways. `auto`: the given URL or `TOXIPROXY_URL`, otherwise embedded. */
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** A Toxiproxy that answers. */
export interface RunningToxiproxy extends AsyncDisposable {
  /** Base URL of the plain API, without a final slash (toxiproxy-node-client needs it so). */
  readonly apiUrl: string;
  /** As `GET /version` tells it. */
  readonly version: string;
  readonly provider: Exclude<ProviderKind, 'auto'>;
  /** What it can do beyond the plain API; empty for a real Toxiproxy. */
  readonly capabilities: ReadonlySet<ToxiproxyCapability>;
  /** Process that we started, if any: for the reaper. */
  readonly pid?: number | undefined;
  /** Address at which its proxies must listen so that clients here reach them. */
  readonly listenHost: string;
}

/** What is asked for. */
export interface ProviderOptions {
  readonly kind: ProviderKind;
  /** Needed by `url`; makes `auto` take that URL. */
  readonly url?: string | undefined;
  /** Repeats toxicity, jitter and slices of the embedded engine. */
  readonly seed: string;
  /** Id of the run; started processes carry it as `PSC_RUN`. */
  readonly run: string;
  /** Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}
