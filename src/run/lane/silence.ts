// Silence: everything is healed, nobody asks for anything, and the tap is watched. At the end of a rig for the whole quiet time,
// before processes are replaced for a part of it. Before and after each node is asked for its tenants, so that one that comes back
// by itself is seen (judging sections 5 and 10).

import { openClient } from '../../client/index.ts';
import type { HistoryEvent } from '../../history/index.ts';
import { readTenantState } from '../../target/index.ts';
import type { Rig, RigNode } from '../rig/index.ts';
import { RetryPauses } from './retry-pauses.ts';

/** Before a process is replaced a gate waits no longer than this, ms; the nightly run waits the whole quiet time. */
const BEFORE_END_MS_MAX = 300;

const CLOSES: ReadonlySet<string> = new Set(['detach', 'ignore']);

/** Watches silence on one rig. */
export interface Silence {
  /** A scenario that ends processes is about to begin: what others let go only now is watched on, as long as there is time. */
  beforeEnds(): Promise<void>;
  /** The end of the rig. */
  atEnd(): Promise<void>;
}

/** Follows the rig's history from now on. `isLong`: no wait is cut short. */
export function createSilence(rig: Rig, nextProcess: () => number, isLong: boolean): Silence {
  const pauses = new RetryPauses();
  const closed = new Closings();
  rig.history.listen((event) => {
    pauses.see(event);
    closed.see(event);
  });
  const quietMs = (): number => pauses.quietMs(rig.target.limits.quiet);
  return {
    async beforeEnds() {
      const leftMs = closed.lastMs + quietMs() - performance.now();
      if (leftMs > 0)
        await watch(rig, isLong ? leftMs : Math.min(leftMs, BEFORE_END_MS_MAX), nextProcess);
    },
    atEnd: () => watch(rig, quietMs(), nextProcess),
  };
}

/** When a tenant was last let go. */
class Closings {
  readonly #calls = new Set<string>();
  lastMs = Number.NEGATIVE_INFINITY;

  see(event: HistoryEvent): void {
    if (event.stream !== 'client') return;
    if (event.type === 'invoke' && CLOSES.has(event.op)) this.#calls.add(event.call);
    else if (event.type !== 'invoke' && this.#calls.delete(event.call)) {
      this.lastMs = performance.now();
    }
  }
}

/** Watches all nodes that are up; does nothing where none is. */
async function watch(rig: Rig, ms: number, nextProcess: () => number): Promise<void> {
  const up = rig.nodes.filter((node) => node.state === 'up' || node.state === 'remote');
  if (up.length === 0) return;
  await Promise.all(up.map((node) => listTenants(rig, node, nextProcess())));
  await rig.watchQuiet(ms);
  await Promise.all(up.map((node) => listTenants(rig, node, nextProcess())));
}

async function listTenants(rig: Rig, node: RigNode, proc: number): Promise<void> {
  const token = rig.tokens?.mint({ scope: 'pageserverapi' });
  await using client = openClient({
    url: node.url,
    sink: rig.history,
    node: node.id,
    boot: () => node.boot,
    proc,
    readState: (info) => readTenantState(rig.target.state, info),
    tokenFor: () => token,
  });
  await client.send({
    operation: 'tenant_list',
    method: 'GET',
    path: '/v1/tenant/',
    timeoutMs: rig.target.limits.api * 3,
  });
}
