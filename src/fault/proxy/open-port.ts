// Finds out how a Toxiproxy is to be spoken to.

import type { LaneCapability } from '../kinds/kind.ts';
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
  if (isExtended(capabilities)) return openExtendedPort(apiUrl);
  return new PlainPort(apiUrl);
}

/** Which capabilities of the lane this Toxiproxy can't give; none for our own engine. */
export function missingCapabilities({
  capabilities,
}: Pick<ToxiproxyPeer, 'capabilities'>): readonly LaneCapability[] {
  return isExtended(capabilities) ? [] : ['proxy-hold', 'proxy-trigger', 'proxy-events'];
}

function isExtended(capabilities: ToxiproxyPeer['capabilities']): boolean {
  return EXTENSIONS.every((name) => capabilities.has(name));
}
