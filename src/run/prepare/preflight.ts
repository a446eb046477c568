// Before anything is run: is the target there, and is it ours to use?

import { request } from 'undici';
import { TargetError, UsageError } from '../../core/exit.ts';
import type { TargetDefinition } from '../../target/index.ts';
import { findDocker, findServer, openToxiproxy, parseProvider } from '../../toxiproxy/index.ts';

/** How long a URL target may take to answer at all (exit 3 within 2 s). */
const REACH_TIMEOUT_MS = 1_500;

/**
 * Checks URL targets; other kinds start their own empty nodes. Throws TargetError when one does not answer, UsageError when one
 * holds tenants already and `allowData` is false.
 */
export async function preflight(target: TargetDefinition, allowData: boolean): Promise<void> {
  if (target.kind !== 'url') return;
  for (const url of target.urls) {
    await reach(url, target.ready.path);
    const tenants = await listTenants(url);
    if (tenants > 0 && !allowData) {
      throw new UsageError(
        `The target at ${url} holds ${tenants} tenants already. Give it an empty one, or add --allow-data: tenants that ` +
          'the suite did not create are never touched.',
      );
    }
  }
}

/**
 * Checks that the fault lane's Toxiproxy can be had, before anything is started. A URL that was named is asked in any case. Throws
 * UsageError where there is no program, TargetError when nothing answers there (Docker's engine included), or something that is no
 * Toxiproxy.
 */
export async function preflightToxiproxy(
  text: string,
  isNeeded: boolean,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { kind, url } = parseProvider(text);
  if (kind === 'binary' && isNeeded) findServer(env);
  if (kind === 'docker' && isNeeded) await findDocker();
  const address = url ?? (kind === 'auto' && isNeeded ? env.TOXIPROXY_URL : undefined);
  // It is somebody else's: opening it starts nothing and leaves nothing to close.
  if (address) await openToxiproxy({ kind: 'url', url: address, seed: '', run: '', env });
}

async function reach(url: string, path: string): Promise<void> {
  try {
    const answer = await request(new URL(path, url), {
      signal: AbortSignal.timeout(REACH_TIMEOUT_MS),
    });
    await answer.body.dump();
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    throw new TargetError(
      `The target at ${url} does not answer GET ${path} (${cause.code ?? cause.message}). Is it running, and is the address right?`,
    );
  }
}

/** Number of tenants listed without a token; 0 where that is refused. */
async function listTenants(url: string): Promise<number> {
  try {
    const answer = await request(new URL('/v1/tenant/', url), {
      signal: AbortSignal.timeout(REACH_TIMEOUT_MS),
    });
    const body = answer.statusCode === 200 ? await answer.body.json() : await answer.body.dump();
    return Array.isArray(body) ? body.length : 0;
  } catch {
    return 0;
  }
}
