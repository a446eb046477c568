// Loaded into the reference by `--import`: writes down what it answers, one line an answer, so that a test has real answers of
// every kind. Of each kind (method, path without ids, status) the longest so far that is short enough to be mutated.

import { appendFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

const BODY_BYTES_MAX = 3_000;

const file = `${process.env.RECORD_ANSWERS}.${process.pid}.ndjson`;
const longest = new Map<string, number>();

function record(request: IncomingMessage, response: ServerResponse, body: string): void {
  const { method = '', url = '' } = request;
  const path = url.replace(/\?.*/, '').replace(/[0-9a-f]{32}/gi, 'ID');
  const kind = `${method} ${path} ${response.statusCode}`;
  const length = Buffer.byteLength(body);
  if (method === 'HEAD' || length > BODY_BYTES_MAX || length <= (longest.get(kind) ?? -1)) return;
  longest.set(kind, length);
  const headers = response.getHeaders();
  const line = { method, url, status: response.statusCode, headers, body };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

function watch(request: IncomingMessage, response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = ((status: number, headers: Record<string, string>) => {
    // Set one by one, so that they can be read back.
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    return writeHead(status);
  }) as typeof response.writeHead;
  response.end = ((body: string) => {
    record(request, response, body);
    return end(body);
  }) as typeof response.end;
}

const { Server } = process.getBuiltinModule('node:http');
const { emit } = Server.prototype;
Server.prototype.emit = function (this: unknown, event: string | symbol, ...args: unknown[]) {
  if (event === 'request') watch(args[0] as IncomingMessage, args[1] as ServerResponse);
  return Reflect.apply(emit, this, [event, ...args]) as boolean;
};
