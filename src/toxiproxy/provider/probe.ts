// Asks a URL whether a Toxiproxy answers there, and what it can do.

import { TargetError } from '../../core/exit.ts';
import { CAPABILITIES, type ToxiproxyCapability } from '../conformance/wire.ts';

/** Longest wait for an answer, milliseconds. */
const PROBE_MS_MAX = 5_000;

/** What answers there. */
export interface Probed {
  readonly version: string;
  readonly capabilities: ReadonlySet<ToxiproxyCapability>;
}

/** Throws TargetError when nothing answers there, or something that is no Toxiproxy. */
export async function probe(apiUrl: string): Promise<Probed> {
  const answer = await get(`${apiUrl}/version`).catch((error: unknown) => {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new TargetError(`No Toxiproxy can be reached at ${apiUrl} (${reason}).`);
  });
  const version = memberOf(answer, 'version');
  if (typeof version !== 'string') {
    throw new TargetError(`What answers at ${apiUrl} is not a Toxiproxy: /version names none.`);
  }
  const own = await get(`${apiUrl}/conformance`).catch(() => undefined);
  const listed = memberOf(own, 'capabilities');
  const known = Array.isArray(listed) ? listed : [];
  return { version, capabilities: new Set(CAPABILITIES.filter((name) => known.includes(name))) };
}

async function get(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS_MAX) });
  const text = await response.text();
  if (!response.ok) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object'
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
