// The driver's way to its nodes, and everything else that it is given.

import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { HistoryLimits, HistorySink, NodeId } from '../../history/events.ts';
import type { PageserverClient } from '../exchange/client.ts';
import type { Ownership } from './ownership/ownership.ts';

/** One node, and the client that leads to it. */
export interface Lane {
  readonly client: PageserverClient;
  /** Boot of the node now. */
  readonly boot: () => number;
  /** True when no proxy stands before the client, so that a written request has gone to the process. */
  readonly direct?: boolean;
}

/** An odd answer to the status of an absent tenant, told once for each tenant, node and status. */
export interface OddStatus {
  readonly tenant: string;
  readonly node: NodeId;
  readonly status: number;
}

/** What a driver is made from. */
export interface DriverOptions {
  readonly lanes: Readonly<Record<NodeId, Lane>>;
  /** For the lines that declare negative controls; the lanes' clients have their own. */
  readonly sink: HistorySink;
  readonly clock: Clock;
  /** Spreads pauses, so that two drivers do not move in step. */
  readonly random: Random;
  /** Limits of the target, milliseconds. */
  readonly limits: Pick<HistoryLimits, 'attach' | 'detach' | 'api'>;
  /** Shared by drivers of the same tenants; default: a table of its own, which then is fed through `driver.ownership`. */
  readonly ownership?: Ownership;
  /** True while a fault holds or swallows something of the tenant: limits count from its end (judging section 3). */
  readonly isHeld?: (tenant: string) => boolean;
  readonly onOddStatus?: (odd: OddStatus) => void;
  readonly scenario?: string;
  readonly signal?: AbortSignal;
  /** How long one attach, detach, … waits for its answer, milliseconds; default: the operation's limit. */
  readonly answerMs?: number;
}

/** Limits are waited for three times, so that what ends late is told from what never ends (judging section 5). */
export const PATIENCE = 3;
