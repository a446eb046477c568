// Speaks to a real S3: signs with its own key, repeats what may be repeated, turns refusals into S3 errors.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import aws4 from 'aws4';
import { Pool } from '../../core/undici.ts';
import { S3Error } from '../s3/error.ts';
import { fromXml, text } from '../s3/xml.ts';

/** Where the real store is and how to be let in. */
export interface RemoteOptions {
  /** `http(s)://host[:port]`. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Default true. */
  readonly pathStyle?: boolean;
}

/** One request to the real store. */
export interface RemoteRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Key there; empty: the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Its answer, read whole. */
export interface RemoteAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Pauses between attempts, ms: a store that is away for longer is told to the node as 503. */
const PAUSES_MS = [50, 200, 800] as const;
/** A real store that says nothing for so long is away, ms: under the default of `limits.store` with all attempts. */
const ANSWER_MS_MAX = 4_000;
/** Connections at once: more than one node's clients ever use. */
const CONNECTIONS = 128;

/** A client of one bucket of a real store. */
export class RemoteClient implements AsyncDisposable {
  readonly #options: RemoteOptions;
  readonly #pool: Pool;
  readonly #host: string;
  readonly #base: string;

  constructor(options: RemoteOptions) {
    const { endpoint, bucket, pathStyle = true } = options;
    const url = new URL(endpoint);
    if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
    this.#options = options;
    this.#host = url.host;
    this.#base =
      url.pathname.replace(/\/$/, '') + (pathStyle ? `/${encodeURIComponent(bucket)}` : '');
    this.#pool = new Pool(url.origin, {
      connections: CONNECTIONS,
      headersTimeout: ANSWER_MS_MAX,
      bodyTimeout: ANSWER_MS_MAX,
    });
  }

  /**
   * Resolves with a 2xx, 304 or 404 answer. Repeats after a broken connection or a 5xx: whoever changes a key holds its
   * lock, so that nobody else's change can come between. Rejects with the store's own 4xx, or `SlowDown` (503).
   */
  async send(request: RemoteRequest): Promise<RemoteAnswer> {
    let trouble = '';
    for (const ms of [...PAUSES_MS, undefined]) {
      try {
        const answer = await this.#sendOnce(request);
        if (answer.status < 500) return accept(answer);
        trouble = `it answered ${answer.status}`;
      } catch (error) {
        if (error instanceof S3Error) throw error;
        trouble = String(error);
      }
      if (ms !== undefined) await pause(ms);
    }
    throw new S3Error(503, 'SlowDown', `The store behind the tap can't be used: ${trouble}.`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }

  async #sendOnce(request: RemoteRequest): Promise<RemoteAnswer> {
    const { method, key, query = {}, body } = request;
    const names = Object.entries(query).map(([name, value]) => `${name}=${encode(value)}`);
    const path =
      this.#base +
      (key === '' ? (this.#base === '' ? '/' : '') : `/${key.split('/').map(encode).join('/')}`) +
      (names.length > 0 ? `?${names.join('&')}` : '');
    const digest = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const signed = aws4.sign(
      {
        method,
        path,
        host: this.#host,
        service: 's3',
        region: this.#options.region,
        headers: { ...request.headers, 'X-Amz-Content-Sha256': digest },
      },
      { accessKeyId: this.#options.accessKey, secretAccessKey: this.#options.secretKey },
    );
    const answer = await this.#pool.request({
      method,
      path,
      headers: signed.headers as Record<string, string>,
      body: body ?? null,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    return { status: answer.statusCode, headers: answer.headers, body: bytes };
  }
}

function accept(answer: RemoteAnswer): RemoteAnswer {
  const { status, body } = answer;
  if (status < 400) return answer;
  let code = status === 404 ? 'NoSuchKey' : 'AccessDenied';
  let message = `The store behind the tap answered ${status}.`;
  if (body.length > 0) {
    const content = fromXml(body, 'Error');
    code = text(content, 'Code') ?? code;
    message = text(content, 'Message') ?? message;
  }
  if (code === 'NoSuchKey') return { ...answer, status: 404 };
  throw new S3Error(status, code, message);
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
