// Prism as a validating proxy: one process, in front of a stub that answers whatever a case says.

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Pool } from 'undici';
import { bundledDocument } from '../../src/catalogue/index.ts';
import type { Exchange } from '../../src/check/answer/index.ts';
import { packageRoot } from '../../src/core/package.ts';

/** What Prism says of an answer: nothing, a violation, or that it could not read the answer at all. */
export type PrismOpinion = 'right' | 'wrong' | 'broken';

/** A running Prism. */
export interface Prism extends AsyncDisposable {
  opinion(exchange: Exchange): Promise<PrismOpinion>;
}

/** Starts the stub and Prism; both end with the value that is returned. */
export async function startPrism(): Promise<Prism> {
  const cases = new Map<string, Exchange>();
  const stub = await startStub(cases);
  const upstream = `http://127.0.0.1:${(stub.address() as AddressInfo).port}`;
  const main = join(packageRoot(), 'node_modules/@stoplight/prism-cli/dist/index.js');
  const options = ['proxy', bundledDocument(), upstream, '--host', '127.0.0.1', '--port', '0'];
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const pool = new Pool(await listening(child), { connections: 8 });
  let count = 0;
  return {
    async opinion(exchange) {
      count += 1;
      const id = String(count);
      cases.set(id, exchange);
      const answer = await pool.request({
        method: exchange.request.method as 'GET',
        path: exchange.request.url.replace(/^http:\/\/[^/]+/, ''),
        headers: { ...exchange.request.headers, 'x-case': id },
        body: exchange.request.body ?? null,
      });
      await answer.body.dump();
      cases.delete(id);
      return opinionOf(answer.headers, answer.statusCode, exchange);
    },
    async [Symbol.asyncDispose]() {
      await pool.destroy();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      stub.closeAllConnections();
      await new Promise((resolve) => stub.close(resolve));
    },
  };
}

async function startStub(cases: ReadonlyMap<string, Exchange>): Promise<Server> {
  const stub = createServer((request, response) => {
    request.resume();
    const answer = cases.get(String(request.headers['x-case']))!.response;
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) response.setHeader(name, value as string);
    }
    response.statusCode = answer.status;
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
  return stub;
}

/** Prism's address, once it has said it. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /listening on (http:\/\/[\d.:]+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
    child.once('exit', () => reject(new Error(`Prism ended before it listened:\n${output}`)));
  });
}

function opinionOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  status: number,
  exchange: Exchange,
): PrismOpinion {
  const violations = JSON.parse(String(headers['sl-violations'] ?? '[]')) as {
    location: string[];
  }[];
  // Prism answers by itself where it can't read what came from upstream.
  const own = String(headers['content-type']).startsWith('application/problem+json');
  if (status !== exchange.response.status || (own && violations.length === 0)) return 'broken';
  return violations.some((one) => one.location[0] === 'response') ? 'wrong' : 'right';
}
