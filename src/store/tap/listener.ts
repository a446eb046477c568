// One tap address: an HTTP server of its own for each node, so that a proxy and a rule can tell nodes apart even
// before a key is seen.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { NodeId } from '../../history/events.ts';
import { Connection, type CutBy, type OnConnection } from './connection.ts';

/** Head of a request at most, bytes: keys are up to 1024 bytes, signatures and metadata come on top. */
const HEAD_BYTES_MAX = 65_536;

/** Takes requests of one listener. */
export type OnRequest = (
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse,
) => void;

/** What a listener reports to. */
export interface ListenerOptions {
  readonly cutBy: CutBy;
  readonly onConnection: OnConnection;
  readonly onRequest: OnRequest;
}

/** A server that has been started, with its open connections. */
export class Listener implements AsyncDisposable {
  readonly node: NodeId;
  readonly #server: Server;
  readonly #connections = new Map<Socket, Connection>();

  constructor(node: NodeId, { cutBy, onConnection, onRequest }: ListenerOptions) {
    this.node = node;
    // A store never hangs up on an idle or slow client by itself: that would be a fault nobody asked for.
    this.#server = createServer({
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
      connectionsCheckingInterval: 2 ** 30,
      maxHeaderSize: HEAD_BYTES_MAX,
      requireHostHeader: false,
      noDelay: true,
    });
    this.#server.on('connection', (socket: Socket) => {
      const connection = new Connection(socket, node, cutBy);
      this.#connections.set(socket, connection);
      onConnection('open', connection.name);
      socket.once('close', () => {
        this.#connections.delete(socket);
        onConnection('close', connection.name);
      });
    });
    this.#server.on('request', (request, response) => {
      onRequest(this.#connections.get(request.socket)!, request, response);
    });
  }

  /** Connections now open. */
  get connections(): readonly Connection[] {
    return [...this.#connections.values()];
  }

  async start(host: string, port: number): Promise<{ host: string; port: number }> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    return { host, port: (this.#server.address() as AddressInfo).port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const connection of this.connections) connection.reset();
    await closed;
  }
}
