// One HTTP exchange over one undici connection: no retries, no redirects, nothing rewritten.

import type { Clock } from '../../core/clock.ts';
import { Client, type Dispatcher } from '../../core/undici.ts';
import type { CallPhase, ExchangeFailure, ExchangeResponse } from './exchange.ts';
import { receivedHeaders } from './headers.ts';

/** What is put on the wire. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** Alternating names and values. */
  readonly headers: string[];
  readonly body: string | Buffer | null;
  /** Milliseconds from the call to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Exactly one of both. */
export type WireResult =
  | { readonly response: ExchangeResponse; readonly failure?: never }
  | { readonly failure: ExchangeFailure; readonly response?: never };

/** One connection to one origin; opened when first needed, and again after it broke. */
export interface Wire {
  exchange(request: WireRequest): Promise<WireResult>;
  /** Ends the connection at once; a call that is open fails with `closed`. */
  close(): Promise<void>;
}

/** Opens the wire; nothing is connected yet. */
export function openWire(origin: string, clock: Clock): Wire {
  // Own deadlines: undici's timers are a second coarse, and ours count from the call.
  const client = new Client(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const connection: Connection = { answers: 0 };
  client.on('connect', () => {
    connection.answers = 0;
  });
  return {
    exchange: (request) =>
      new Promise((resolve) =>
        new WireCall({ client, connection, clock, request, resolve }).start(),
      ),
    close: () => client.destroy(),
  };
}

/** The connection that is open now. */
interface Connection {
  /** So many requests were answered on it. */
  answers: number;
}

interface WireCallOptions {
  readonly client: Client;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly request: WireRequest;
  readonly resolve: (result: WireResult) => void;
}

type Controller = Dispatcher.DispatchController;

class WireCall implements Dispatcher.DispatchHandler {
  readonly #options: WireCallOptions;
  readonly #startedAt: bigint;
  readonly #chunks: Buffer[] = [];
  #controller: Controller | undefined;
  #phase: CallPhase = 'connect';
  #firstByteAt: bigint | undefined;
  #status: number | undefined;
  #headers: ExchangeResponse['headers'] = {};
  #timer: NodeJS.Timeout | undefined;
  #isDone = false;

  constructor(options: WireCallOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  start(): void {
    const { client, request } = this.#options;
    if (request.signal?.aborted) {
      this.#fail('aborted', 'aborted before it was sent');
      return;
    }
    this.#timer = setTimeout(this.#onTimeout, request.timeoutMs);
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    const { method, path, headers, body } = request;
    client.dispatch({ method: method as Dispatcher.HttpMethod, path, headers, body }, this);
  }

  onRequestStart(controller: Controller): void {
    // A call that ended while it waited for a connection must not be written; nor may a written one be written again.
    if (this.#isDone || this.#controller) {
      controller.abort(new Error('ended before it was sent'));
      if (this.#controller) this.#fail('resent', 'the connection wanted to send the request twice');
      return;
    }
    this.#controller = controller;
    this.#phase = 'send';
  }

  onRequestSent(): void {
    if (this.#phase === 'send') this.#phase = 'wait';
  }

  onResponseStarted(): void {
    this.#firstByteAt ??= this.#options.clock.now();
    this.#phase = 'headers';
  }

  onResponseStart(_: Controller, status: number, headers: ExchangeResponse['headers']): void {
    // Interim answers (RFC 9110 section 15.2) are not the answer.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    this.#phase = 'body';
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(controller: Controller): void {
    const endedAt = this.#options.clock.now();
    this.#options.connection.answers += 1;
    this.#finish({
      response: {
        status: this.#status!,
        headers: this.#headers,
        headerList: receivedHeaders((controller as { rawHeaders?: unknown }).rawHeaders),
        body: this.#body(),
        startedAt: this.#startedAt,
        firstByteAt: this.#firstByteAt ?? endedAt,
        endedAt,
      },
    });
  }

  onResponseError(_: Controller | null, error: Error): void {
    const cause = error as NodeJS.ErrnoException;
    this.#fail(cause.code ?? cause.name, cause.message);
  }

  readonly #onTimeout = (): void => {
    this.#giveUp('timeout', `no whole answer within ${this.#options.request.timeoutMs} ms`);
  };

  readonly #onAbort = (): void => {
    this.#giveUp('aborted', 'given up by the caller');
  };

  #giveUp(error: string, message: string): void {
    const controller = this.#controller;
    this.#fail(error, message);
    controller?.abort(new Error(message));
  }

  #fail(error: string, message: string): void {
    this.#finish({
      failure: {
        error,
        message,
        phase: this.#phase,
        isKept: this.#phase !== 'connect' && this.#options.connection.answers > 0,
        ...(this.#status === undefined
          ? {}
          : { status: this.#status, headers: this.#headers, body: this.#body() }),
        startedAt: this.#startedAt,
        endedAt: this.#options.clock.now(),
      },
    });
  }

  #finish(result: WireResult): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clearTimeout(this.#timer);
    this.#options.request.signal?.removeEventListener('abort', this.#onAbort);
    this.#options.resolve(result);
  }

  #body(): Buffer {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
  }
}
