// One HTTP request on a connection of its own: for questions beside the scenarios, whose answers nobody judges.

import { Client } from './undici.ts';

/** What is asked. */
export interface RequestOnce {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the wait; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** The answer, read whole. */
export interface OnceAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends it and reads the answer. Rejects when there is none. */
export async function requestOnce(url: string | URL, ask: RequestOnce): Promise<OnceAnswer> {
  const { origin, pathname, search } = new URL(url);
  const client = new Client(origin);
  try {
    const { statusCode, body } = await client.request({
      method: ask.method ?? 'GET',
      path: `${pathname}${search}`,
      headers: { ...ask.headers },
      body: ask.body ?? null,
      signal: ask.signal,
    });
    return { status: statusCode, text: await body.text() };
  } finally {
    await client.destroy();
  }
}
