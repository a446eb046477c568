// A node may show a tenant while it decides about an attach, create or load of it, and refuse that in the end: what is shown
// meanwhile says nothing. Of an accepted one it does: whoever showed the tenant has taken it.

import type { Judge } from '../judge.ts';
import type { Call } from '../ownership/calls.ts';
import type { Cell } from './cell.ts';

/** Where the tenant is looked at. */
export interface Looked {
  readonly cell: Cell;
  /** When an attach, create or load last ended without being accepted; -1: never. */
  readonly refusedAt: number;
}

/** Whether such a call ran beside the look and was refused, or may still be. */
export function isDeciding(
  { cell, refusedAt }: Looked,
  look: Pick<Call, 'invokedAt'>,
  { knowledge }: Pick<Judge, 'knowledge'>,
): boolean {
  if (refusedAt >= look.invokedAt) return true;
  for (const { call, meaning } of cell.unsettled()) {
    if (!call.opens || meaning !== undefined) continue;
    // Of a tenant that the store knows an attach is only refused where it is present.
    if (call.op === 'load' || knowledge.since(cell.tenant, call.invokedAt) !== 'known') return true;
  }
  return false;
}
