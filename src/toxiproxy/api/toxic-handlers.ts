// Handlers of /proxies/{p}/toxics.

import type { Engine } from '../engine/engine.ts';
import type { GoRecord, GoStruct } from '../golang/json-decode.ts';
import type { ToxicProxy } from '../proxy/proxy.ts';
import { Toxic } from '../proxy/toxic.ts';
import { parseDirection } from '../proxy/toxic-list.ts';
import { noop } from '../toxic/noop.ts';
import { TOXIC_TYPES } from '../toxic/registry.ts';
import type { Attributes, ToxicType } from '../toxic/toxic-type.ts';
import { decodeBody } from './decode.ts';
import { encodeToxic, encodeToxics } from './encode.ts';
import { findProxy } from './proxy-handlers.ts';
import { apiErrors, json, type Reply } from './reply.ts';

/** A new toxic's body as it is read first, when its type is not yet known. */
const WRAPPER: GoStruct = {
  name: 'ToxicWrapper',
  type: 'toxics.ToxicWrapper',
  fields: {
    attributes: noop.struct,
    name: 'string',
    type: 'string',
    stream: 'string',
    toxicity: 'float32',
  },
};
const UPDATE_TYPE =
  'struct { Attributes interface {} "json:\\"attributes\\""; Toxicity float32 "json:\\"toxicity\\"" }';

/** `GET /proxies/{p}/toxics` */
export function listToxics(engine: Engine, proxyName: string): Reply {
  return json(200, encodeToxics(findProxy(engine, proxyName).toxics.all()));
}

/** `POST /proxies/{p}/toxics` */
export function createToxic(engine: Engine, proxyName: string, body: Buffer): Reply {
  const proxy = findProxy(engine, proxyName);
  const toxic = readToxic(engine, proxy, body);
  proxy.toxics.add(toxic);
  return json(200, encodeToxic(toxic));
}

/** A toxic for this proxy from its JSON, not yet added. Throws ApiError 400 or 409. */
export function readToxic(engine: Engine, proxy: ToxicProxy, body: Buffer): Toxic {
  const input: GoRecord = { name: '', type: '', stream: 'downstream', toxicity: 1 };
  decodeBody(body, WRAPPER, input);
  const { type, stream, toxicity } = input as { type: string; stream: string; toxicity: number };
  if (parseDirection(stream) === undefined) throw apiErrors.invalidStream();
  const name = (input.name as string) || `${type}_${stream}`;
  const kind = TOXIC_TYPES.get(type);
  if (kind === undefined) throw apiErrors.invalidType();
  if (proxy.toxics.find(name) !== undefined) throw apiErrors.toxicExists();
  const attributes = zeroAttributes(kind);
  const attributesOnly: GoStruct = { name: '', type: '', fields: { attributes: kind.struct } };
  decodeBody(body, attributesOnly, { attributes });
  refuseUnsafe(engine, kind, attributes);
  return new Toxic({ name, kind, stream, toxicity, attributes });
}

/** `GET /proxies/{p}/toxics/{t}` */
export function showToxic(engine: Engine, proxyName: string, name: string): Reply {
  return json(200, encodeToxic(findToxic(findProxy(engine, proxyName), name)));
}

/** `POST` and `PATCH /proxies/{p}/toxics/{t}`: a refused body has stored its well-typed attributes. */
export function updateToxic(engine: Engine, proxyName: string, name: string, body: Buffer): Reply {
  const proxy = findProxy(engine, proxyName);
  const toxic = findToxic(proxy, name);
  const struct: GoStruct = {
    name: '',
    type: UPDATE_TYPE,
    fields: { attributes: toxic.kind.struct, toxicity: 'float32' },
  };
  const attributes = { ...toxic.attributes };
  const input: GoRecord = { attributes, toxicity: toxic.toxicity };
  try {
    decodeBody(body, struct, input);
  } finally {
    refuseUnsafe(engine, toxic.kind, attributes);
    Object.assign(toxic.attributes, attributes);
  }
  toxic.toxicity = input.toxicity as number;
  proxy.toxics.update(toxic);
  return json(200, encodeToxic(toxic));
}

/** `DELETE /proxies/{p}/toxics/{t}` */
export function deleteToxic(engine: Engine, proxyName: string, name: string): Reply {
  const proxy = findProxy(engine, proxyName);
  proxy.toxics.remove(findToxic(proxy, name));
  return { status: 204 };
}

function findToxic(proxy: ToxicProxy, name: string): Toxic {
  const toxic = proxy.toxics.find(name);
  if (toxic === undefined) throw apiErrors.toxicNotFound();
  return toxic;
}

function zeroAttributes(kind: ToxicType): Attributes {
  return Object.fromEntries(Object.keys(kind.struct.fields).map((name) => [name, 0n]));
}

/** The original takes such attributes and dies at the first chunk; strict takes them and lets bytes pass. */
function refuseUnsafe(engine: Engine, kind: ToxicType, attributes: Attributes): void {
  if (engine.strict) return;
  const reason = kind.refuse?.(attributes);
  if (reason !== undefined) throw apiErrors.badBody(`${kind.type}: ${reason}`);
}
