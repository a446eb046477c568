// The tap: every request of every node comes through here, is told apart by its access key, and is witnessed.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as immediate } from 'node:timers/promises';
import type { NodeId } from '../../history/events.ts';
import type { ActionContext } from '../action/action.ts';
import { planAction } from '../action/plan-action.ts';
import { Rules } from '../rule/rules.ts';
import { SignatureVerifier } from '../s3/auth/signature.ts';
import { readPayload } from '../s3/body/payload.ts';
import { S3Error } from '../s3/error.ts';
import type { PendingRequest } from '../store.ts';
import type { Recorder } from '../witness/recorder.ts';
import { type Writer, WriterKeys } from '../witness/writer.ts';
import { type Arrival, type HttpExchange, identify, refuse } from './arrival.ts';
import { Burials } from './burial.ts';
import type { Connection, CutBy, OnConnection } from './connection.ts';
import { Exchange } from './exchange.ts';
import { Listener } from './listener.ts';
import { pendingArrival, pendingExchange } from './pending.ts';
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
  /** Boots that were settled. */
  readonly #dead: Writer[] = [];
  readonly #burials = new Burials();
  readonly #receiving = new Set<Arrival>();
  readonly #open = new Set<Exchange>();
  readonly #idle = new Set<() => void>();
  readonly #onConnection = new Set<OnConnection>();

  constructor(options: TapOptions) {
    this.#options = options;
    const { recorder, onFault } = options;
    this.#stages = { rules: this.rules, recorder, onFault };
  }

  /** Requests of known writers that are not yet at their end. */
  get pending(): readonly PendingRequest[] {
    const { recorder } = this.#options;
    const receiving = [...this.#receiving].map((arrival) =>
      pendingArrival(arrival, recorder.tenantsOf([arrival.address.key])),
    );
    return [...receiving, ...[...this.#open].map(pendingExchange)];
  }

  /** Connections now open. */
  async connections(): Promise<readonly Connection[]> {
    const listeners = await Promise.all(this.#listeners.values());
    return listeners.flatMap(([listener]) => listener.connections);
  }

  /** Tells of each connection that begins or ends; the result stops it. */
  onConnection(listener: OnConnection): () => void {
    this.#onConnection.add(listener);
    return () => void this.#onConnection.delete(listener);
  }

  /** The address of a node, the same each time. */
  async listen(node: NodeId, host: string, port: number): Promise<{ host: string; port: number }> {
    const started = this.#listeners.get(node) ?? this.#start(node, host, port);
    this.#listeners.set(node, started);
    return (await started)[1];
  }

  /** Cuts what a boot has open and waits until each of its requests is committed or dropped (judging section 3). */
  async settle(writer: Writer, keepHeld: boolean): Promise<void> {
    const { node, boot } = writer;
    const lives = this.keys
      .boots(node)
      .some((other) => other !== boot && !this.#isDead(node, other));
    this.#dead.push(writer);
    this.#burials.add(writer);
    for (const connection of await this.connections()) {
      // What has not said whose it is may be of a second boot beside this one, which has done nothing to deserve it.
      if (connection.writer === undefined && lives) continue;
      if (mayBelong(connection, node, boot)) connection.reset();
    }
    // What has just been read whole gets its place among the open requests first.
    await immediate();
    if (!keepHeld) this.rules.end({ kind: 'drop' }, (exchange) => isSame(exchange.writer, writer));
    const unsettled = (): boolean =>
      this.pending.some((request) => isSame(request, writer) && !(keepHeld && request.heldBy));
    await this.#until(() => !unsettled());
  }

  /** What ends these connections from now on is the lane's doing. */
  async markLaneCut(node: NodeId, boot?: number): Promise<void> {
    for (const connection of await this.connections()) {
      if (mayBelong(connection, node, boot)) connection.markLane();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rules.end({ kind: 'drop' }, () => true);
    this.rules.clear();
    const listeners = await Promise.all(this.#listeners.values());
    await Promise.all(listeners.map(([listener]) => listener[Symbol.asyncDispose]()));
    this.rules.clear();
    await this.#until(() => this.#open.size + this.#receiving.size === 0);
  }

  #isDead(node: NodeId, boot: number): boolean {
    return this.#dead.some((writer) => isSame(writer, { node, boot }));
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
    const listener = new Listener(node, {
      cutBy: this.#options.cutBy,
      onConnection: (...told) => {
        for (const hear of this.#onConnection) hear(...told);
      },
      onRequest: (connection, request, response) => {
        this.#take(connection, request, response).catch(this.#options.onFault);
      },
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
    const http = { req, connection, request, response, sinceMs };
    let exchange: Exchange | undefined;
    try {
      exchange = await this.#receive(http);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      refuse(error, http);
    }
    if (!exchange) return;
    this.#open.add(exchange);
    try {
      await passStages(this.#stages, exchange);
    } finally {
      this.#open.delete(exchange);
      this.#wake();
    }
  }

  /** Reads a request whole; undefined when its connection ended before. Rejects with what refuses it. */
  async #receive(http: HttpExchange): Promise<Exchange | undefined> {
    const { actions, recorder } = this.#options;
    const arrival = identify(http, actions.bucket, this.keys, this.#verifier);
    const { request, writer, address } = arrival;
    http.connection.writer = writer;
    this.#receiving.add(arrival);
    try {
      const reading = readPayload(request, BODY_BYTES_MAX);
      if (await this.#burials.isOfTheDead(writer, http.connection.socket, reading)) {
        // Bytes that lay in a socket of the lane when it was cut: dropped at the death (judging section 3).
        http.connection.reset();
        await reading.catch(() => undefined);
        return undefined;
      }
      const payload = await reading;
      if (!payload) return undefined;
      const { method = '', headers } = request;
      const action = planAction(actions, { method, address, headers, payload });
      return new Exchange(arrival, action, recorder.tenantsOf(action.keys));
    } finally {
      this.#receiving.delete(arrival);
      this.#wake();
    }
  }

  #wake(): void {
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }
}

function isSame(a: Writer, b: Writer): boolean {
  return a.node === b.node && a.boot === b.boot;
}

/** Whether it is the writer's; a connection that has sent nothing yet is its node's present boot's. */
function mayBelong(connection: Connection, node: NodeId, boot: number | undefined): boolean {
  const { writer, name } = connection;
  if (!writer) return name.node === node;
  return writer.node === node && (boot === undefined || writer.boot === boot);
}
