// Eviction is of the whole node: where others have tenants on it, it is theirs too, and `--allow-data` promises that the suite
// touches nobody's tenants but its own.

import { UnsupportedError } from '../../core/exit.ts';
import { requestOnce } from '../../core/request-once.ts';
import type { ApiHost } from './api.ts';

/** Name of the operation that evicts. */
const EVICTION = 'eviction_run';

/** Why it is left out. */
export const EVICTION_REASON =
  'eviction is of the whole node, and others have tenants on it, or it does not tell';

/** Whether the node holds nobody's tenants but `own`, as far as that is in question. */
export async function mayEvict(host: ApiHost, own: Iterable<string>): Promise<boolean> {
  const { workplace, node } = host;
  if (!workplace.job.isShared) return true;
  const token = workplace.rig.tokens?.mint({ scope: 'pageserverapi' });
  const ours = new Set(own);
  try {
    const { status, text } = await requestOnce(`${node.url}/v1/tenant/`, {
      signal: AbortSignal.timeout(workplace.target.limits.api),
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
    const list = JSON.parse(text) as readonly { readonly id?: unknown }[];
    return status === 200 && list.every(({ id }) => ours.has(String(id).toLowerCase()));
  } catch {
    return false;
  }
}

/** Throws UnsupportedError for an eviction that would not be ours alone. Every client asks this before it sends one. */
export async function guardEviction(host: ApiHost, operation: string): Promise<void> {
  if (operation !== EVICTION || (await host.mayEvict?.()) !== false) return;
  throw new UnsupportedError('empty-target', EVICTION_REASON);
}
