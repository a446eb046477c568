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

/** The call that got no answer. */
export interface SilentCall {
  readonly node: RigNode;
  /** The node's boot when the call was made: by now it may have been started again. */
  readonly boot: number;
  readonly readyPath: string;
  /** What was asked, in a few words. */
  readonly during: string;
  readonly scenario: string;
}

/** How long a fresh connection may take to be answered. */
const PROBE_TIMEOUT_MS = 2_000;

/** Asks the node again on a fresh connection. Throws TargetError, which names the call, when the target is gone for good. */
export async function probeSilence(call: SilentCall): Promise<Silence> {
  const { node, boot, readyPath } = call;
  const where = `since ${call.during} in ${call.scenario}`;
  const exited = { kind: 'exited', text: `the process of node ${node.id} ended unasked` } as const;
  if (await answers(node.url, readyPath)) return node.boot === boot ? { kind: 'alive' } : exited;
  if (node.state === 'remote') {
    throw new TargetError(
      `the target at ${node.url} is gone: ${where} it answers no more, on a fresh connection either`,
    );
  }
  try {
    await node.ensureUp();
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    throw new TargetError(`${where}: ${error.message}`, { cause: error });
  }
  if (node.boot !== boot || (await answers(node.url, readyPath))) return exited;
  throw new TargetError(`node ${node.id} at ${node.url} runs but answers no more ${where}`);
}

async function answers(url: string, path: string): Promise<boolean> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  return requestOnce(new URL(path, url), { signal }).then(
    () => true,
    () => false,
  );
}
