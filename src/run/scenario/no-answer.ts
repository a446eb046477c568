// A call that got no HTTP answer though no fault was in the way: is the target gone, and is it broken?

import { TargetError } from '../../core/exit.ts';
import { requestOnce } from '../../core/request-once.ts';
import type { RigNode } from '../rig/index.ts';

/** What is found out about a node that did not answer. */
export type Silence =
  /** It answers on a fresh connection. */
  | { readonly kind: 'alive' }
  /** Its process had ended unasked; the rig has started it again. */
  | { readonly kind: 'exited'; readonly text: string };

/** How long a fresh connection may take to be answered. */
const PROBE_TIMEOUT_MS = 2_000;

/** Asks the node again on a fresh connection. Throws TargetError when the target is gone for good. */
export async function probeSilence(node: RigNode, readyPath: string): Promise<Silence> {
  const bootBefore = node.boot;
  if (await answers(node.url, readyPath)) return { kind: 'alive' };
  if (node.state === 'remote') {
    throw new TargetError(
      `the target at ${node.url} is gone: it answers no more, on a fresh connection either`,
    );
  }
  await node.ensureUp();
  if (node.boot !== bootBefore || (await answers(node.url, readyPath))) {
    return { kind: 'exited', text: `the process of node ${node.id} ended unasked` };
  }
  throw new TargetError(`node ${node.id} at ${node.url} runs but answers no more`);
}

async function answers(url: string, path: string): Promise<boolean> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  return requestOnce(new URL(path, url), { signal }).then(
    () => true,
    () => false,
  );
}
