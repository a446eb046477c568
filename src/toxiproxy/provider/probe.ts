// Asks a URL whether a Toxiproxy answers there, and what it can do.

import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { TargetError } from '../../core/exit.ts';
import { CAPABILITIES, type ToxiproxyCapability } from '../conformance/wire.ts';

/** Longest wait for an answer, milliseconds. */
const PROBE_MS_MAX = 5_000;

/** Longest start of a server, milliseconds. */
const START_MS_MAX = 5_000;

/** What answers there. */
export interface Probed {
  readonly version: string;
  readonly capabilities: ReadonlySet<ToxiproxyCapability>;
}

/** Throws TargetError when nothing answers there, or something that is no Toxiproxy. */
export async function probe(apiUrl: string): Promise<Probed> {
  const answer = await get(`${apiUrl}/version`).catch((error: NodeJS.ErrnoException) => {
    const reason = error.name === 'AbortError' ? 'no answer' : (error.code ?? error.message);
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

/** Asks until a server that was just started answers. `gone` tells, in a sentence, that it has ended. Throws as `probe`. */
export async function comeUp(
  apiUrl: string,
  gone: () => string | undefined = () => undefined,
): Promise<Probed> {
  const deadline = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      return await probe(apiUrl);
    } catch (error) {
      const end = gone();
      if (end !== undefined) throw new TargetError(end);
      if (performance.now() > deadline) throw error;
      await sleep(20);
    }
  }
}

/** The JSON that is answered, or undefined. Not `fetch`: that refuses ports which browsers block. */
function get(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http;
    const outgoing = client.get(url, { signal: AbortSignal.timeout(PROBE_MS_MAX), agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve(incoming.statusCode === 200 ? parse(text) : undefined);
      });
    });
  });
}

function parse(text: string): unknown {
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
