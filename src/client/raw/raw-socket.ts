// A bare TCP connection for framing and abuse: any bytes, half-sent requests, FIN, RST, and the raw bytes of the answer.

import { connect, type Socket } from 'node:net';
import { HarnessError, TargetError } from '../../core/exit.ts';
import { resetSocket } from '../../core/reset-socket.ts';
import type { HistorySink, InvokeLine } from '../../history/events.ts';
import { classify } from '../exchange/classify.ts';
import { isRead } from '../exchange/operation.ts';

/** The bytes that came, and how the connection stood when we stopped reading. */
export interface RawBytes {
  readonly bytes: Buffer;
  /** `closed`: the peer ended it (FIN) · `reset` · `open`: still open at the time-out or when `until` was content. */
  readonly ended: 'closed' | 'reset' | 'open';
  /** Errno name where it was reset. */
  readonly error?: string;
}

/** When to stop reading. */
export interface ReadOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Stops as soon as it says so of the bytes since the last read; default: never, that is end or time-out. */
  readonly until?: (bytes: Buffer) => boolean;
}

/** A call that is to stand in the history: the invoke line without what is known already. */
export type RawCall = Omit<InvokeLine, 'i' | 't' | 'stream' | 'type'> & { readonly method: string };

/** What a recorded call came to; `sent` false: no byte of it left us. */
export interface RawOutcome {
  readonly sent: boolean;
  readonly status?: number;
  readonly body?: Buffer;
  readonly error?: string;
}

/** One connection. */
export interface RawSocket extends Disposable {
  /** The peer has ended it, and all that came has been read. */
  readonly isSpent: boolean;
  /** Writes bytes; resolves when the kernel has them, and also when the connection is gone (the read tells). */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Reads until the end, the time-out, or `until`; bytes read before are not given again. */
  read(options: ReadOptions): Promise<RawBytes>;
  /** Half-closes: FIN after what was written. */
  end(): void;
  /** Ends with RST. */
  reset(): void;
  /** Ends with FIN, unread bytes thrown away. Idempotent. */
  close(): void;
  [Symbol.dispose](): void;
}

/** Connects. Throws TargetError when nobody listens there or the time is over. */
export function openRawSocket(url: string, timeoutMs = 2_000): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 80),
      allowHalfOpen: true,
      noDelay: true,
    });
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), timeoutMs);
    const refuse = (error: Error): void => {
      clearTimeout(timer);
      reject(new TargetError(`${url} can't be reached: ${error.message}`, { cause: error }));
    };
    socket.once('error', refuse);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', refuse);
      resolve(new OpenSocket(socket));
    });
  });
}

/**
 * Records a raw call like any other: the invocation now (before anything is written), the completion when the returned
 * function is called. A request that was sent only in part is `info`, for it may be executed (judging section 1).
 */
export function recordRawCall(sink: HistorySink, call: RawCall): (outcome: RawOutcome) => void {
  const { method, ...line } = call;
  sink.record({ stream: 'client', type: 'invoke', ...line });
  const scenario = call.scenario === undefined ? {} : { scenario: call.scenario };
  let isDone = false;
  return (outcome) => {
    if (isDone) throw new HarnessError(`call ${call.call} was completed twice`);
    isDone = true;
    const { sent, status, body, error } = outcome;
    const phase = sent ? (status === undefined ? 'wait' : undefined) : 'connect';
    const classified = isRead(call.op, method)
      ? { type: status !== undefined && status < 300 ? ('ok' as const) : ('fail' as const) }
      : classify(call.op, {
          method,
          ...(status === undefined ? {} : { status }),
          ...(body === undefined ? {} : { body }),
          ...(phase === undefined ? {} : { phase }),
        });
    sink.record({
      ...scenario,
      stream: 'client',
      ...classified,
      call: call.call,
      ...(status === undefined ? {} : { status }),
      ...(error === undefined ? {} : { error }),
      ...(phase === undefined ? {} : { phase }),
    });
  };
}

class OpenSocket implements RawSocket {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #ended: RawBytes['ended'] = 'open';
  #error: string | undefined;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#wake();
    });
    socket.on('end', () => this.#stop('closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error.code ?? error.message;
      this.#stop('reset');
    });
    socket.on('close', () => this.#stop('closed'));
  }

  get isSpent(): boolean {
    return this.#ended !== 'open' && this.#chunks.length === 0;
  }

  write(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) resolve();
      else this.#socket.write(bytes, () => resolve());
    });
  }

  read(options: ReadOptions): Promise<RawBytes> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, options.timeoutMs);
      const wake = (): void => {
        if (this.#ended !== 'open' || options.until?.(Buffer.concat(this.#chunks))) finish();
      };
      const take = (): RawBytes => this.#take();
      const rest = (): void => {
        this.#wake = () => {};
      };
      function finish(): void {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', finish);
        rest();
        resolve(take());
      }
      this.#wake = wake;
      if (options.signal?.aborted) finish();
      else options.signal?.addEventListener('abort', finish, { once: true });
      wake();
    });
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    resetSocket(this.#socket);
  }

  close(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #take(): RawBytes {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    const error = this.#error === undefined ? {} : { error: this.#error };
    return { bytes, ended: this.#ended, ...error };
  }

  #stop(how: RawBytes['ended']): void {
    if (this.#ended === 'open' || how === 'reset') this.#ended = how;
    this.#wake();
  }
}
