// The JSON shapes of the API, members in the original's order; its stray `Logger` is real.

import { encodeFloat32, encodeString } from '../golang/json-encode.ts';
import type { ToxicProxy } from '../proxy/proxy.ts';
import type { Toxic } from '../proxy/toxic.ts';

/** A proxy with its toxics. */
export function encodeProxy(proxy: ToxicProxy): string {
  return (
    `{"name":${encodeString(proxy.name)},"listen":${encodeString(proxy.listen)},` +
    `"upstream":${encodeString(proxy.upstream)},"enabled":${proxy.enabled},"Logger":{},` +
    `"toxics":${encodeToxics(proxy.toxics.all())}}`
  );
}

/** An object name → proxy. */
export function encodeProxies(proxies: readonly ToxicProxy[]): string {
  const members = proxies.map((proxy) => `${encodeString(proxy.name)}:${encodeProxy(proxy)}`);
  return `{${members.join(',')}}`;
}

/** An array of toxics. */
export function encodeToxics(toxics: readonly Toxic[]): string {
  return `[${toxics.map(encodeToxic).join(',')}]`;
}

/** A toxic. */
export function encodeToxic(toxic: Toxic): string {
  const attributes = Object.keys(toxic.kind.struct.fields).map(
    (name) => `"${name}":${toxic.attributes[name] ?? 0n}`,
  );
  return (
    `{"attributes":{${attributes.join(',')}},"name":${encodeString(toxic.name)},` +
    `"type":${encodeString(toxic.kind.type)},"stream":${encodeString(toxic.stream)},` +
    `"toxicity":${encodeFloat32(toxic.toxicity)}}`
  );
}
