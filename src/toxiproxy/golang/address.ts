// Addresses as Go's net package reads them: what a `listen` means, how it is shown once resolved, and which
// sentence an unusable one gets (recorded answers, tag `go-net-text`).

import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';

/** Host and port of `host:port`. An empty host means every interface. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The address cannot be used; `message` is Go's text. */
export class GoAddressError extends Error {}

/** Reads `host:port`. Throws GoAddressError. An empty text is `:0`, as in Go. */
export function parseAddress(text: string): HostPort {
  if (text === '') return { host: '', port: 0 };
  const { host, port } = splitAddress(text);
  if (port === '') return { host, port: 0 };
  if (!/^[+-]?\d+$/.test(port)) throw new GoAddressError(`lookup tcp/${port}: unknown port`);
  const number = Number(port);
  if (number < 0 || number > 65_535) throw new GoAddressError(`address ${port}: invalid port`);
  return { host, port: number };
}

/** As `parseAddress`, with the host looked up: IPv4 is preferred. Throws GoAddressError. */
export async function resolveAddress(text: string): Promise<HostPort> {
  const { host, port } = parseAddress(text);
  if (host === '' || isIP(host) !== 0) return { host, port };
  try {
    const found = await lookup(host, { all: true });
    const chosen = found.find((entry) => entry.family === 4) ?? found[0];
    if (chosen === undefined) throw new GoAddressError(`lookup ${host}: no such host`);
    return { host: chosen.address, port };
  } catch (error) {
    if (error instanceof GoAddressError) throw error;
    throw new GoAddressError(`lookup ${host}: no such host`);
  }
}

/** `host:port`, with brackets around an IPv6 host. */
export function formatAddress({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Go's text for an error of `listen`. */
export function listenErrorText(address: HostPort, error: NodeJS.ErrnoException): string {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'address already in use',
    EADDRNOTAVAIL: 'cannot assign requested address',
    EACCES: 'permission denied',
    EAFNOSUPPORT: 'address family not supported by protocol',
    EMFILE: 'too many open files',
    EINVAL: 'invalid argument',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return `listen tcp ${formatAddress(address)}: bind: ${reason}`;
}

function splitAddress(text: string): { host: string; port: string } {
  const fail = (reason: string) => new GoAddressError(`address ${text}: ${reason}`);
  const colon = text.lastIndexOf(':');
  if (colon < 0) throw fail('missing port in address');
  if (text.startsWith('[')) {
    const bracket = text.indexOf(']');
    if (bracket < 0) throw fail("missing ']' in address");
    if (bracket + 1 === text.length) throw fail('missing port in address');
    if (bracket + 1 !== colon) throw fail('too many colons in address');
    return { host: text.slice(1, bracket), port: text.slice(colon + 1) };
  }
  const host = text.slice(0, colon);
  if (host.includes(':')) throw fail('too many colons in address');
  if (host.includes('[')) throw fail("unexpected '[' in address");
  if (host.includes(']')) throw fail("unexpected ']' in address");
  return { host, port: text.slice(colon + 1) };
}
