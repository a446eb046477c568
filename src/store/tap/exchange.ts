// One request of one writer on its way through the stages.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Action } from '../action/action.ts';
import type { Shape } from '../rule/rules.ts';
import type { Writer } from '../witness/writer.ts';
import type { Arrival } from './arrival.ts';
import type { Connection, EndedBy } from './connection.ts';

/** Where a request is: whole and waiting, or done and not yet answered. */
export type Stage = 'received' | 'committed';

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

  constructor(arrival: Arrival, action: Action, tenants: readonly string[]) {
    this.req = arrival.req;
    this.writer = arrival.writer;
    this.action = action;
    this.tenants = tenants;
    this.connection = arrival.connection;
    this.request = arrival.request;
    this.response = arrival.response;
    this.sinceMs = arrival.sinceMs;
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
