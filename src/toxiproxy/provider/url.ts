// A Toxiproxy that somebody else runs.

import { UsageError } from '../../core/exit.ts';
import { probe } from './probe.ts';
import type { RunningToxiproxy } from './provider.ts';

/** Asks it who it is. Throws UsageError for what is no URL, TargetError when no Toxiproxy answers. */
export async function openUrl(text: string): Promise<RunningToxiproxy> {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(`--toxiproxy "${text}" is not an http URL.`);
  }
  // The Node client sends a POST as GET when the base URL ends with a slash.
  const apiUrl = text.replace(/\/+$/, '');
  const { version, capabilities } = await probe(apiUrl);
  const { hostname } = new URL(apiUrl);
  const local = hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
  return {
    apiUrl,
    version,
    provider: 'url',
    capabilities,
    listenHost: local ? '127.0.0.1' : '0.0.0.0',
    // It is not ours: it stays as it is.
    [Symbol.asyncDispose]: async () => undefined,
  };
}
