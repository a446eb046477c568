// One request of one writer on its way through the stages.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Action } from '../action/action.ts';
import type { Shape } from '../rule/rules.ts';
import type { Writer } from '../witness/writer.ts';
import type { Connection, EndedBy } from './connection.ts';

/** Where a request is: whole and waiting, or done and not yet answered. */
export type Stage = 'received' | 'committed';

/** What an exchange is made from. */
export interface ExchangeOptions {
  readonly req: string;
  readonly writer: Writer;
  readonly action: Action;
  readonly tenants: readonly string[];
  readonly connection: Connection;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Monotonic ms when the request's head had arrived: since then the node has been waiting. */
  readonly sinceMs: number;
}

/** State of one request. */
export class Exchange {
  readonly req: string;
  readonly writer: Writer;
  readonly action: Action;
  readonly tenants: readonly string[];
  readonly connection: Connection;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly sinceMs: number;
  stage: Stage = 'received';
  /** Id of the rule that holds or delays it now. */
  heldBy: string | undefined;
  /** Last rule that struck it. */
  fault: string | undefined;
  /** How its answer is cut or slowed. */
  shape: Shape | undefined;

  constructor(options: ExchangeOptions) {
    this.req = options.req;
    this.writer = options.writer;
    this.action = options.action;
    this.tenants = options.tenants;
    this.connection = options.connection;
    this.request = options.request;
    this.response = options.response;
    this.sinceMs = options.sinceMs;
  }

  /** A rule strikes it. */
  noteFault(rule: string): void {
    this.fault = rule;
  }

  /** Who ended its connection and how long it had waited then, in the history's words; empty while it is open. */
  get ending(): { cut?: EndedBy; waited?: number } {
    const cut = this.connection.endedBy;
    if (cut === undefined) return {};
    const endedMs = this.connection.endedMs ?? performance.now();
    return { cut, waited: Math.max(0, Math.round(endedMs - this.sinceMs)) };
  }
}
