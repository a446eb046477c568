// The engine: all proxies of one server, and what they share.

import { Metrics, type MetricsOptions } from '../api/metrics.ts';
import type { Link } from '../chain/link.ts';
import { Conformance } from '../conformance/conformance.ts';
import { Proxies } from '../proxy/proxies.ts';
import type { ProxyHost, ToxicProxy } from '../proxy/proxy.ts';

/** How an engine behaves. */
export interface EngineOptions {
  /** Repeats toxicity, jitter and slices. */
  readonly seed: string;
  /** Act as the original does even where that hurts its users. */
  readonly strict: boolean;
  readonly metrics?: MetricsOptions;
}

/** An engine. */
export class Engine implements ProxyHost {
  readonly seed: string;
  readonly strict: boolean;
  readonly proxies = new Proxies();
  readonly conformance = new Conformance();
  readonly metrics: Metrics | undefined;
  readonly onDirectionEnded: ((proxy: ToxicProxy, link: Link) => void) | undefined;

  constructor(options: EngineOptions) {
    this.seed = options.seed;
    this.strict = options.strict;
    const wanted = options.metrics;
    this.metrics = wanted?.proxy || wanted?.runtime ? new Metrics(wanted) : undefined;
    this.onDirectionEnded = wanted?.proxy
      ? (proxy, link) => this.metrics?.count(proxy, link)
      : undefined;
  }
}
