// One call of the engine's API over a kept connection; nothing is retried.

import { type Agent, request } from 'node:http';
import { HarnessError } from '../../core/exit.ts';

/** The engine refused a call. */
export class ConformanceApiError extends HarnessError {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Sends JSON and gives the parsed answer; throws ConformanceApiError for any status from 400. */
export async function callApi<T>(
  agent: Agent,
  apiUrl: string,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const { status, answer } = await exchange(agent, new URL(path, apiUrl), method, text);
  const value: unknown = answer === '' ? undefined : JSON.parse(answer);
  if (status < 400) return value as T;
  const reason = (value as { error?: string } | undefined)?.error ?? `status ${status}`;
  throw new ConformanceApiError(`Toxiproxy refused ${method} ${path}: ${reason}.`, status);
}

function exchange(
  agent: Agent,
  url: URL,
  method: string,
  text: string | undefined,
): Promise<{ status: number; answer: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(new HarnessError(`Toxiproxy at ${url.origin} can't be reached: ${error.message}.`));
    const headers = text === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request(url, { agent, method, headers });
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', fail);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode!, answer: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.end(text);
  });
}
