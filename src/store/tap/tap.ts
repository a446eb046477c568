// The tap: every request of every node comes through here, is told apart by its access key, and is witnessed.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as immediate } from 'node:timers/promises';
import type { NodeId } from '../../history/events.ts';
import type { Action, ActionContext } from '../action/action.ts';
import { planAction } from '../action/plan-action.ts';
import { Rules } from '../rule/rules.ts';
import { parseAddress } from '../s3/address.ts';
import { errorAnswer } from '../s3/answer.ts';
import { parseAuthorization } from '../s3/auth/authorization.ts';
import { SignatureVerifier } from '../s3/auth/signature.ts';
import { readPayload } from '../s3/body/payload.ts';
import { S3Error } from '../s3/error.ts';
import type { Recorder } from '../witness/recorder.ts';
import { type Writer, WriterKeys } from '../witness/writer.ts';
import type { Connection, CutBy } from './connection.ts';
import { Exchange } from './exchange.ts';
import { Listener } from './listener.ts';
import { passStages, type StageContext } from './stages.ts';

/** Largest body that is accepted, bytes: twenty times the largest layer that is known. */
const BODY_BYTES_MAX = 512 * 2 ** 20;

/** What a tap is made from. */
export interface TapOptions {
  readonly actions: ActionContext;
  readonly recorder: Recorder;
  readonly cutBy: CutBy;
  /** Called for a fault of our own; the request is left unanswered. */
  readonly onFault: (error: unknown) => void;
}

/** All tap addresses of one store. */
export class Tap implements AsyncDisposable {
  readonly rules = new Rules();
  readonly keys = new WriterKeys();
  readonly #options: TapOptions;
  readonly #stages: StageContext;
  readonly #verifier = new SignatureVerifier();
  readonly #listeners = new Map<NodeId, Promise<[Listener, { host: string; port: number }]>>();
  readonly #open = new Set<Exchange>();
  readonly #idle = new Set<() => void>();

  constructor(options: TapOptions) {
    this.#options = options;
    const { recorder, onFault } = options;
    this.#stages = { rules: this.rules, recorder, onFault };
  }

  /** Requests that are whole and not yet at their end. */
  get open(): readonly Exchange[] {
    return [...this.#open];
  }

  /** The address of a node, the same each time. */
  async listen(node: NodeId, host: string, port: number): Promise<{ host: string; port: number }> {
    const started = this.#listeners.get(node) ?? this.#start(node, host, port);
    this.#listeners.set(node, started);
    return (await started)[1];
  }

  /** Cuts what a boot has open and waits until each of its requests is committed or dropped (judging section 3). */
  async settle(writer: Writer, keepHeld: boolean): Promise<void> {
    for (const started of this.#listeners.values()) {
      const [listener] = await started;
      for (const connection of listener.connections) {
        const own = connection.writer
          ? isSame(connection.writer, writer)
          : listener.node === writer.node;
        if (own) connection.reset();
      }
    }
    // What has just been read whole gets its place among the open requests first.
    await immediate();
    const isOwn = (exchange: Exchange): boolean => isSame(exchange.writer, writer);
    if (!keepHeld) this.rules.end({ kind: 'drop' }, isOwn);
    const unsettled = (): boolean =>
      this.open.some((exchange) => isOwn(exchange) && !(keepHeld && exchange.heldBy));
    await this.#until(() => !unsettled());
  }

  /** What ends these connections from now on is the lane's doing. */
  async markLaneCut(node: NodeId, boot?: number): Promise<void> {
    for (const started of this.#listeners.values()) {
      const [listener] = await started;
      for (const connection of listener.connections) {
        const { node: owner, boot: life } = connection.writer ?? { node: listener.node, boot };
        if (owner === node && (boot === undefined || boot === life)) connection.markLane();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rules.end({ kind: 'drop' }, () => true);
    this.rules.clear();
    const listeners = await Promise.all(this.#listeners.values());
    await Promise.all(listeners.map(([listener]) => listener[Symbol.asyncDispose]()));
    this.rules.clear();
    await this.#until(() => this.#open.size === 0);
  }

  /** Waits until `holds`, looked at each time a request has come to its end. */
  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#idle.add(resolve);
      await promise;
    }
  }

  async #start(
    node: NodeId,
    host: string,
    port: number,
  ): Promise<[Listener, { host: string; port: number }]> {
    const listener = new Listener(node, this.#options.cutBy, (connection, request, response) => {
      this.#take(connection, request, response).catch(this.#options.onFault);
    });
    return [listener, await listener.start(host, port)];
  }

  async #take(
    connection: Connection,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const sinceMs = performance.now();
    const req = this.#options.recorder.nextRequest();
    let understood: { writer: Writer; action: Action } | undefined;
    try {
      understood = await this.#understand(connection, request);
    } catch (error) {
      refuse(error, request, response, req);
      return;
    }
    if (!understood) return;
    const tenants = this.#options.recorder.tenantsOf(understood.action.keys);
    const exchange = new Exchange({
      req,
      ...understood,
      tenants,
      connection,
      request,
      response,
      sinceMs,
    });
    this.#open.add(exchange);
    try {
      await passStages(this.#stages, exchange);
    } finally {
      this.#open.delete(exchange);
      for (const resolve of this.#idle) resolve();
      this.#idle.clear();
    }
  }

  /** Who asks for what; undefined when the connection ended before the request was whole. */
  async #understand(
    connection: Connection,
    request: IncomingMessage,
  ): Promise<{ writer: Writer; action: Action } | undefined> {
    const { actions } = this.#options;
    const { method = '', headers, rawHeaders } = request;
    const address = parseAddress(request.url ?? '/', headers.host, actions.bucket);
    const authorization = parseAuthorization(headers, address);
    const known = this.keys.find(authorization.accessKey);
    if (!known) {
      throw new S3Error(
        403,
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        { AWSAccessKeyId: authorization.accessKey },
      );
    }
    connection.writer = known.writer;
    this.#verifier.verify({ method, address, rawHeaders, authorization }, known.secretKey);
    const payload = await readPayload(request, BODY_BYTES_MAX);
    if (!payload) return undefined;
    const action = planAction(actions, { method, address, headers, payload });
    return { writer: known.writer, action };
  }
}

function isSame(a: Writer, b: Writer): boolean {
  return a.node === b.node && a.boot === b.boot;
}

/** Answers what is no request of a known writer; it never reaches the history, for nothing could have happened. */
function refuse(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  req: string,
): void {
  const known = error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error));
  const answer = errorAnswer(known, request.method ?? '', req);
  // The rest of a body that nobody will read must not be taken for the next request.
  const close: Record<string, string> = request.complete ? {} : { connection: 'close' };
  request.resume();
  response.writeHead(answer.status, {
    ...answer.headers,
    ...close,
    'content-length': String(answer.body?.length ?? 0),
  });
  response.end(answer.body);
}
