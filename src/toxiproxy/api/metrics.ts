// `/metrics`: bytes of each direction, counted when the direction ends, in Prometheus' text form.

import type { Link } from '../chain/link.ts';
import type { ToxicProxy } from '../proxy/proxy.ts';
import type { Reply } from './reply.ts';

/** Which metrics the server shows. */
export interface MetricsOptions {
  readonly proxy: boolean;
  readonly runtime: boolean;
}

/** Counters of an engine. */
export class Metrics {
  readonly #options: MetricsOptions;
  readonly #received = new Map<string, number>();
  readonly #sent = new Map<string, number>();

  constructor(options: MetricsOptions) {
    this.#options = options;
  }

  /** A direction has ended. */
  count(proxy: ToxicProxy, link: Link): void {
    const labels =
      `direction="${link.direction}",listener="${escapeLabel(proxy.listen)}",` +
      `proxy="${escapeLabel(proxy.name)}",upstream="${escapeLabel(proxy.upstream)}"`;
    add(this.#received, labels, link.reader.receivedBytes);
    add(this.#sent, labels, link.writer.sentBytes);
  }

  reply(): Reply {
    const lines: string[] = [];
    if (this.#options.proxy) {
      lines.push(...counter('toxiproxy_proxy_received_bytes_total', this.#received));
      lines.push(...counter('toxiproxy_proxy_sent_bytes_total', this.#sent));
    }
    if (this.#options.runtime) lines.push(...runtimeLines());
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    return { status: 200, type, body: lines.map((line) => `${line}\n`).join('') };
  }
}

function add(counters: Map<string, number>, labels: string, bytes: number): void {
  counters.set(labels, (counters.get(labels) ?? 0) + bytes);
}

function counter(name: string, values: ReadonlyMap<string, number>): string[] {
  if (values.size === 0) return [];
  const samples = [...values].sort().map(([labels, value]) => `${name}{${labels}} ${value}`);
  return [`# HELP ${name} `, `# TYPE ${name} counter`, ...samples];
}

function runtimeLines(): string[] {
  const { rss, heapUsed } = process.memoryUsage();
  const cpu = process.cpuUsage();
  return [
    '# TYPE process_cpu_seconds_total counter',
    `process_cpu_seconds_total ${(cpu.user + cpu.system) / 1e6}`,
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${rss}`,
    '# TYPE nodejs_heap_used_bytes gauge',
    `nodejs_heap_used_bytes ${heapUsed}`,
  ];
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}
