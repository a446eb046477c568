// Before anything is run: is the target there, and is it ours to use?

import { TargetError, UsageError } from '../../core/exit.ts';
import { requestOnce } from '../../core/request-once.ts';
import { findUser, mintFor, type TargetDefinition } from '../../target/index.ts';
import { findDocker, findServer, openToxiproxy, parseProvider } from '../../toxiproxy/index.ts';

/** How long a URL target may take to answer at all (exit 3 within 2 s). */
const REACH_TIMEOUT_MS = 1_000;

/**
 * Checks URL targets, and of others, which start their own empty nodes, that there is the user they are to run as. Throws TargetError
 * when a URL does not answer, UsageError when one holds tenants already, or does not tell, and `allowData` is false.
 */
export async function preflight(target: TargetDefinition, allowData: boolean): Promise<void> {
  if (target.kind !== 'url') {
    if (target.user !== undefined) findUser(target.user);
    return;
  }
  await Promise.all(target.urls.map((url) => reach(url, target.ready.path)));
  if (allowData) return;
  const token = mintFor(target.auth)?.mint({ scope: 'pageserverapi' });
  for (const url of target.urls) {
    const tenants = await listTenants(url, token, target.limits.api);
    if (tenants !== 0) throw notEmpty(url, tenants);
  }
}

function notEmpty(url: string, tenants: number | string): UsageError {
  const what =
    typeof tenants === 'number'
      ? `holds ${tenants} tenants already`
      : `does not tell whether it holds tenants (GET ${LIST_PATH}: ${tenants})`;
  const hint = tenants === 'status 401' || tenants === 'status 403' ? KEY_HINT : '';
  return new UsageError(
    `The target at ${url} ${what}.${hint} Give it an empty one, or add --allow-data: tenants that the suite did not create ` +
      'are never touched.',
  );
}

const LIST_PATH = '/v1/tenant/';
const KEY_HINT =
  ' It asks for a token that it takes: auth: { kind: jwt, privateKeyFile: … } of a target file.';

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
  const signal = AbortSignal.timeout(REACH_TIMEOUT_MS);
  try {
    await requestOnce(new URL(path, url), { signal });
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    const why = signal.aborted
      ? `no answer within ${REACH_TIMEOUT_MS / 1_000} s`
      : (cause.code ?? cause.message);
    throw new TargetError(
      `The target at ${url} does not answer GET ${path} (${why}). Is it running, and is the address right?`,
    );
  }
}

/** Number of tenants; where the target does not tell, why not. */
async function listTenants(
  url: string,
  token: string | undefined,
  limitMs: number,
): Promise<number | string> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    const { status, text } = await requestOnce(new URL(LIST_PATH, url), {
      signal,
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
    if (status !== 200) return `status ${status}`;
    const body: unknown = JSON.parse(text);
    return Array.isArray(body) ? body.length : 'no list';
  } catch (error) {
    if (signal.aborted) return `no answer within ${limitMs / 1_000} s`;
    const { code, message } = error as NodeJS.ErrnoException;
    return error instanceof SyntaxError ? 'no JSON' : (code ?? message);
  }
}
