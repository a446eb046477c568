// From a request to its handler: the original's routes, and its answers where there is none.

import type { Engine } from '../engine/engine.ts';
import * as proxies from './proxy-handlers.ts';
import { ApiError, errorReply, json, plainText, type Reply } from './reply.ts';
import * as toxics from './toxic-handlers.ts';
import { TOXIPROXY_VERSION } from './version.ts';

/** A request as the router needs it. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly userAgent: string;
  readonly body: () => Promise<Buffer>;
}

type Handler = (parameters: string[], body: () => Promise<Buffer>) => Reply | Promise<Reply>;

/** Path patterns in the order of matching: `*` is one segment. */
type Routes = readonly (readonly [pattern: string, methods: Readonly<Record<string, Handler>>])[];

/** Answers one request of the plain API. */
export function createRouter(engine: Engine): (request: ApiRequest) => Promise<Reply> {
  const routes = routesOf(engine);
  return async (request) => {
    const path = decodePath(request.url);
    if (path === undefined)
      return { status: 400, type: 'text/plain; charset=utf-8', body: '400 Bad Request' };
    const clean = cleanPath(path);
    if (clean !== path) return { status: 301, location: redirectTarget(clean, request.url) };
    const found = match(routes, path);
    if (found === undefined) return plainText(404, '404 page not found');
    const handler = Object.hasOwn(found.methods, request.method)
      ? found.methods[request.method]
      : found.methods['*'];
    if (handler === undefined) return { status: 405 };
    if (request.userAgent.startsWith('Mozilla/')) return plainText(403, 'User agent not allowed');
    try {
      return await handler(found.parameters, request.body);
    } catch (error) {
      if (error instanceof ApiError) return errorReply(error);
      throw error;
    }
  };
}

function routesOf(engine: Engine): Routes {
  const changeProxy: Handler = async ([name], body) => {
    proxies.findProxy(engine, name!);
    return proxies.updateProxy(engine, name!, await body());
  };
  const changeToxic: Handler = async ([proxy, name], body) =>
    toxics.updateToxic(engine, proxy!, name!, await body());
  const routes: [string, Record<string, Handler>][] = [
    ['/reset', { POST: () => proxies.reset(engine) }],
    [
      '/proxies',
      {
        GET: () => proxies.listProxies(engine),
        POST: async (_, body) => proxies.createProxy(engine, await body()),
      },
    ],
    ['/populate', { POST: async (_, body) => proxies.populate(engine, await body()) }],
    [
      '/proxies/*',
      {
        GET: ([name]) => proxies.showProxy(engine, name!),
        POST: changeProxy,
        PATCH: changeProxy,
        DELETE: ([name]) => proxies.deleteProxy(engine, name!),
      },
    ],
    [
      '/proxies/*/toxics',
      {
        GET: ([name]) => toxics.listToxics(engine, name!),
        POST: async ([name], body) => toxics.createToxic(engine, name!, await body()),
      },
    ],
    [
      '/proxies/*/toxics/*',
      {
        GET: ([proxy, name]) => toxics.showToxic(engine, proxy!, name!),
        POST: changeToxic,
        PATCH: changeToxic,
        DELETE: ([proxy, name]) => toxics.deleteToxic(engine, proxy!, name!),
      },
    ],
    ['/version', { GET: () => version() }],
  ];
  const { metrics } = engine;
  if (metrics !== undefined) routes.push(['/metrics', { '*': () => metrics.reply() }]);
  return routes;
}

function version(): Reply {
  return {
    ...json(200, `{"version": "${TOXIPROXY_VERSION}"}\n`),
    type: 'application/json;charset=utf-8',
  };
}

function match(routes: Routes, path: string) {
  const segments = path.split('/');
  for (const [pattern, methods] of routes) {
    const wanted = pattern.split('/');
    if (wanted.length !== segments.length) continue;
    const parameters: string[] = [];
    const fits = wanted.every((want, index) => {
      const segment = segments[index]!;
      if (want !== '*') return want === segment;
      parameters.push(segment);
      return segment !== '';
    });
    if (fits) return { methods, parameters };
  }
  return undefined;
}

/** The decoded path without query; undefined when it is not well encoded. */
function decodePath(url: string): string | undefined {
  const path = url.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/, 1)[0]!;
  try {
    return decodeURIComponent(path);
  } catch {
    // Valid escapes of invalid UTF-8 are legal in Go; no name can match them.
    return /%(?![0-9a-fA-F]{2})/.test(path)
      ? undefined
      : Buffer.from(unescape(path), 'latin1').toString();
  }
}

/** The path without empty, `.` and `..` segments; a trailing slash stays. */
function cleanPath(path: string): string {
  const clean: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') clean.pop();
    else if (segment !== '' && segment !== '.') clean.push(segment);
  }
  const joined = `/${clean.join('/')}`;
  return path.endsWith('/') && joined !== '/' ? `${joined}/` : joined;
}

function redirectTarget(path: string, url: string): string {
  const query = url.indexOf('?');
  return encodeURI(path) + (query < 0 ? '' : url.slice(query));
}
