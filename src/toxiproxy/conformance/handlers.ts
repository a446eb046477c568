// The extension API: routes under /conformance. Errors have the plain API's shape, sent as JSON.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeProxy } from '../api/encode.ts';
import { readBody, sendReply } from '../api/http-server.ts';
import { addProxy, findProxy } from '../api/proxy-handlers.ts';
import { ApiError, apiErrors, errorMembers, json, type Reply } from '../api/reply.ts';
import { readToxic } from '../api/toxic-handlers.ts';
import type { Engine } from '../engine/engine.ts';
import { ProxyWatch } from '../observe/proxy-watch.ts';
import { ToxicProxy } from '../proxy/proxy.ts';
import { HeldOperationError } from './held.ts';
import { readCut, readHold, readProxy, readRule, readUpstream } from './inputs.ts';
import { CAPABILITIES, type HeldOperation, type Rule } from './wire.ts';

type Body = Record<string, unknown>;
type Handler = (parameters: string[], body: Body) => Reply | Promise<Reply>;

const OPERATIONS = ['release', 'drop', 'duplicate', 'swallow', 'reset', 'cut'];

/** Answers requests under /conformance; false for all others. */
export function createConformanceHandler(
  engine: Engine,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const routes = routesOf(engine);
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]!;
    if (path !== '/conformance' && !path.startsWith('/conformance/')) return false;
    if (path === '/conformance/events' && request.method === 'GET') {
      openEvents(engine, response);
      return true;
    }
    void answer(routes, request, response, path);
    return true;
  };
}

function openEvents(engine: Engine, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  engine.conformance.hub.subscribe(response);
}

async function answer(
  routes: Map<string, Handler>,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  try {
    const segments = path.split('/').slice(2).map(decodeURIComponent);
    const key = `${request.method} ${segments.map((word, index) => (isName(segments, index) ? '*' : word)).join('/')}`;
    const handler = routes.get(key);
    if (handler === undefined)
      throw new ApiError(`no such operation: ${request.method} ${path}`, 404);
    const text = (await readBody(request)).toString('utf8');
    const parameters = segments.filter((_, index) => isName(segments, index));
    sendReply(response, await handler(parameters, parseBody(text)));
  } catch (error) {
    sendReply(response, errorOf(error));
  }
}

/** Whether a segment of the path is a name: of a proxy, a rule, something held. */
function isName(segments: readonly string[], index: number): boolean {
  const before = segments[index - 1];
  return index % 2 === 1 && (before === 'proxies' || before === 'held')
    ? true
    : index === 3 && segments[2] === 'rules';
}

function parseBody(text: string): Body {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Body;
  } catch {
    // Falls through to the one error for bodies that are no object.
  }
  throw apiErrors.badBody('it must be a JSON object');
}

function errorOf(error: unknown): Reply {
  if (error instanceof ApiError) return json(error.status, `{${errorMembers(error)}}`);
  if (error instanceof HeldOperationError) return errorOf(new ApiError(error.message, 409));
  if (error instanceof URIError) return errorOf(new ApiError('the path is not well encoded', 400));
  return errorOf(new ApiError(error instanceof Error ? error.message : String(error), 500));
}

function routesOf(engine: Engine): Map<string, Handler> {
  const { conformance } = engine;
  const routes: [string, Handler][] = [
    ['GET ', () => ok({ capabilities: CAPABILITIES, seed: engine.seed, strict: engine.strict })],
    ['POST drain', async () => ok({ seq: await conformance.hub.drain() })],
    ['POST proxies', (_, body) => createProxy(engine, body)],
    ['GET proxies/*/rules', ([name]) => ok({ rules: watchOf(engine, name!).rules.list() })],
    ['POST proxies/*/rules', ([name], body) => addRule(engine, name!, body)],
    ['DELETE proxies/*/rules/*', ([name, id]) => removeRule(engine, name!, id!)],
    [
      'POST proxies/*/hold',
      ([name], body) => ok({ id: watchOf(engine, name!).holdStream(readHold(body)).id }),
    ],
    [
      'POST proxies/*/cut',
      ([name], body) => ok({ cut: watchOf(engine, name!).cut(readCut(body)) }),
    ],
    ['POST proxies/*/upstream', ([name], body) => moveUpstream(engine, name!, body)],
    ['GET held', () => ok({ held: conformance.held.all().flatMap((one) => one.show()) })],
  ];
  for (const operation of OPERATIONS) {
    routes.push([
      `POST held/*/${operation}`,
      ([id]) => operate(engine, id!, operation as HeldOperation),
    ]);
  }
  return new Map(routes);
}

function ok(value: object, status = 200): Reply {
  return json(status, JSON.stringify(value));
}

async function createProxy(engine: Engine, body: Body): Promise<Reply> {
  const input = readProxy(body);
  const watch = input.observe ? engine.conformance.watch(input.name) : undefined;
  const proxy = new ToxicProxy(engine, input, watch);
  for (const toxic of input.toxics) {
    proxy.toxics.add(readToxic(engine, proxy, Buffer.from(JSON.stringify(toxic))));
  }
  const rules = input.rules.map((rule) => armRule(engine, watch, rule));
  await addProxy(engine, proxy, input.enabled);
  return json(201, `{"proxy":${encodeProxy(proxy)},"rules":${JSON.stringify(rules)}}`);
}

function addRule(engine: Engine, name: string, body: Body): Reply {
  return ok({ id: armRule(engine, watchOf(engine, name), readRule(body)) }, 201);
}

function armRule(engine: Engine, watch: ProxyWatch | undefined, rule: Rule): string {
  if (watch === undefined) throw apiErrors.badBody('a proxy that is not observed has no rules');
  const id = rule.id ?? engine.conformance.nextRule();
  if (watch.rules.has(id)) throw new ApiError(`rule "${id}" already exists`, 409);
  try {
    watch.rules.add({ ...rule, id });
  } catch (error) {
    throw apiErrors.badBody(`pathPattern: ${(error as Error).message}`);
  }
  return id;
}

/** Later dials go elsewhere; unlike the plain API's update it leaves live connections and what is held alone. */
function moveUpstream(engine: Engine, name: string, body: Body): Reply {
  const proxy = findProxy(engine, name);
  proxy.upstream = readUpstream(body);
  return { status: 204 };
}

function removeRule(engine: Engine, name: string, id: string): Reply {
  if (!watchOf(engine, name).rules.remove(id)) throw new ApiError('rule not found', 404);
  return { status: 204 };
}

function operate(engine: Engine, id: string, operation: HeldOperation): Reply {
  const holding = engine.conformance.held.get(id);
  if (holding === undefined) throw new ApiError('nothing of that id is held', 404);
  holding.operate(operation);
  return { status: 204 };
}

function watchOf(engine: Engine, name: string): ProxyWatch {
  const { observer } = findProxy(engine, name);
  if (!(observer instanceof ProxyWatch)) {
    throw new ApiError('this proxy is not observed: create it under /conformance/proxies', 409);
  }
  return observer;
}
