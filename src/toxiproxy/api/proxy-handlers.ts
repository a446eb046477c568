// Handlers of /proxies, /populate and /reset.

import type { Engine } from '../engine/engine.ts';
import { ListenError } from '../proxy/listener.ts';
import { ProxyExistsError } from '../proxy/proxies.ts';
import { ToxicProxy } from '../proxy/proxy.ts';
import { decodePopulate, decodeProxy, type ProxyBody } from './decode.ts';
import { encodeProxies, encodeProxy } from './encode.ts';
import { ApiError, apiErrors, errorMembers, json, type Reply } from './reply.ts';

/** `GET /proxies` */
export function listProxies(engine: Engine): Reply {
  return json(200, encodeProxies(engine.proxies.all()));
}

/** `POST /proxies` */
export async function createProxy(engine: Engine, body: Buffer): Promise<Reply> {
  const input = decodeProxy(body, { name: '', listen: '', upstream: '', enabled: true });
  requireFields(input, '');
  const proxy = new ToxicProxy(engine, input);
  await addProxy(engine, proxy, input.enabled);
  return json(201, encodeProxy(proxy));
}

/** Adds a proxy and starts it. Throws ApiError 409 or 500. */
export async function addProxy(engine: Engine, proxy: ToxicProxy, enabled: boolean): Promise<void> {
  try {
    await engine.proxies.exclusively(() => engine.proxies.add(proxy, enabled));
  } catch (error) {
    if (error instanceof ProxyExistsError) throw apiErrors.proxyExists();
    throw listenFailure(error);
  }
}

/** `GET /proxies/{p}` */
export function showProxy(engine: Engine, name: string): Reply {
  return json(200, encodeProxy(findProxy(engine, name)));
}

/** `POST` and `PATCH /proxies/{p}` */
export async function updateProxy(engine: Engine, name: string, body: Buffer): Promise<Reply> {
  const proxy = findProxy(engine, name);
  const { listen, upstream, enabled } = proxy;
  const input = decodeProxy(body, { name, listen, upstream, enabled });
  try {
    await engine.proxies.exclusively(() => proxy.update(input));
  } catch (error) {
    throw listenFailure(error);
  }
  return json(200, encodeProxy(proxy));
}

/** `DELETE /proxies/{p}` */
export async function deleteProxy(engine: Engine, name: string): Promise<Reply> {
  await engine.proxies.exclusively(async () => engine.proxies.remove(findProxy(engine, name)));
  return { status: 204 };
}

/** `POST /reset`: starts what is off, removes all toxics. */
export async function reset(engine: Engine): Promise<Reply> {
  await engine.proxies.exclusively(async () => {
    for (const proxy of engine.proxies.all()) {
      try {
        await proxy.start();
      } catch (error) {
        throw listenFailure(error);
      }
      proxy.toxics.clear();
    }
  });
  return { status: 204 };
}

/** `POST /populate`: the first failure ends it, and what was made until then is answered. */
export async function populate(engine: Engine, body: Buffer): Promise<Reply> {
  const made: ToxicProxy[] = [];
  try {
    const entries = decodePopulate(body);
    for (const [index, entry] of entries.entries()) {
      requireFields(entry, ` at proxy ${index + 1}`);
    }
    for (const entry of entries) {
      const proxy = new ToxicProxy(engine, entry);
      made.push(
        await engine.proxies.exclusively(() => engine.proxies.addOrReplace(proxy, entry.enabled)),
      );
    }
  } catch (error) {
    const failure = listenFailure(error);
    if (!(failure instanceof ApiError)) throw failure;
    return json(failure.status, `{${errorMembers(failure)},"proxies":${encodeMade(made)}}`);
  }
  return json(201, `{"proxies":${encodeMade(made)}}`);
}

/** The proxy of that name. Throws ApiError 404. */
export function findProxy(engine: Engine, name: string): ToxicProxy {
  const proxy = engine.proxies.get(name);
  if (proxy === undefined) throw apiErrors.proxyNotFound();
  return proxy;
}

function requireFields(input: ProxyBody, place: string): void {
  if (input.name === '') throw apiErrors.missingField(`name${place}`);
  if (input.upstream === '') throw apiErrors.missingField(`upstream${place}`);
}

/** Go's nil slice: nothing made is null. */
function encodeMade(made: readonly ToxicProxy[]): string {
  return made.length === 0 ? 'null' : `[${made.map(encodeProxy).join(',')}]`;
}

function listenFailure(error: unknown): unknown {
  return error instanceof ListenError ? new ApiError(error.message, 500) : error;
}
