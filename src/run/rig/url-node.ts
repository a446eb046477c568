// A node that runs somewhere by itself: an address and nothing else.

import { UnsupportedError } from '../../core/exit.ts';
import type { NodeId } from '../../history/index.ts';
import type { TargetCapability } from '../../target/index.ts';
import type { RigNode } from './rig-node.ts';

/** The node behind a URL of the target file. */
export function createUrlNode(id: NodeId, index: number, url: string): RigNode {
  const lack = (capability: TargetCapability) => (): never => {
    throw new UnsupportedError(
      capability,
      `node ${id} at ${url} was not started by the suite, so its process is not ours`,
    );
  };
  const noRestart = lack('restart');
  return {
    id,
    index,
    state: 'remote',
    boot: 1,
    url,
    get dir() {
      return lack('data-dir')();
    },
    loss: undefined,
    ensureUp: async () => {},
    start: async () => noRestart(),
    terminate: async () => noRestart(),
    kill: async () => noRestart(),
    pause: lack('pause'),
    resume: lack('pause'),
    restart: async () => noRestart(),
    emptyDisk: lack('data-dir'),
    spoilDisk: lack('data-dir'),
    mendDisk: lack('data-dir'),
    smallDisk: lack('small-disk'),
    renew: async () => noRestart(),
    doubleBoot: async () => noRestart(),
  };
}
