// Finds out how a Toxiproxy is to be spoken to.

import type { ToxiproxyPeer } from '../lane/lane.ts';
import { openExtendedPort } from './extended-port.ts';
import { PlainPort } from './plain-port.ts';
import type { ProxyPort } from './port.ts';

/** What an engine must have to be more than a plain Toxiproxy to us. */
const EXTENSIONS = [
  'conformance.hold',
  'conformance.trigger',
  'conformance.events',
  'conformance.duplicate',
  'conformance.cut',
  'conformance.compose',
] as const;

/** Opens a port to it. Throws HarnessError when its event stream can't be opened. */
export async function openPort({ apiUrl, capabilities }: ToxiproxyPeer): Promise<ProxyPort> {
  if (EXTENSIONS.every((name) => capabilities.has(name))) return openExtendedPort(apiUrl);
  return new PlainPort(apiUrl);
}
