// What one call tells (judging section 1): took effect, certainly did not, or may have.

import type { CompletionLine, Operation } from '../../history/events.ts';
import type { CallPhase } from './exchange.ts';
import { isRead } from './operation.ts';

/** All that counts for the outcome of a call. */
export interface CallResult {
  readonly method: string;
  /** Set when a whole status line and head arrived. */
  readonly status?: number;
  /** The body, when all of it arrived. */
  readonly body?: Buffer;
  /** How far a broken call had come. */
  readonly phase?: CallPhase;
}

/** The outcome without what it showed. */
export interface Classified {
  readonly type: CompletionLine['type'];
  /** Status and body are those of a distinguished error of attach. */
  readonly distinguished?: true;
}

/** Refusals that the document lists for each state-changing operation; 404 of detach is no refusal but an end. */
const REFUSALS: Partial<Record<Operation, ReadonlySet<number>>> = {
  attach: new Set([400, 401, 403, 404, 409]),
  detach: new Set([400, 401, 403]),
  ignore: new Set([400, 401, 403]),
  load: new Set([400, 401, 403]),
  tenant_create: new Set([400, 401, 403, 409]),
  tenant_config: new Set([400, 401, 403]),
  timeline_create: new Set([400, 401, 403, 409]),
  timeline_delete: new Set([400, 401, 403, 404, 412]),
};

/** Errors of attach that undo that very request, if their documented body is there too. 409 is another matter. */
const DISTINGUISHED: ReadonlySet<number> = new Set([400, 401, 403, 404]);

/** 4xx that mean "ask again", not "refused" (judging section 1). */
const AMBIGUOUS: ReadonlySet<number> = new Set([408, 429]);

/**
 * The outcome of a call (judging section 1). `ok`: a 2xx status line arrived, or the 404 of a detach. `fail`: no byte left
 * us, or a documented refusal; of a read, everything that is not ok. `info`: everything else.
 */
export function classify(op: Operation, result: CallResult): Classified {
  const { status } = result;
  if (status !== undefined && status >= 200 && status < 300) return { type: 'ok' };
  if (isRead(op, result.method) || result.phase === 'connect') return { type: 'fail' };
  if (status === undefined) return { type: 'info' };
  if (op === 'detach' && status === 404) return { type: 'ok' };
  if (op === 'attach' && DISTINGUISHED.has(status)) {
    return hasErrorBody(result.body) ? { type: 'fail', distinguished: true } : { type: 'info' };
  }
  return { type: isRefusal(op, status) ? 'fail' : 'info' };
}

function isRefusal(op: Operation, status: number): boolean {
  const documented = REFUSALS[op];
  if (documented) return documented.has(status);
  return status >= 400 && status < 500 && !AMBIGUOUS.has(status);
}

/** `{"msg": "…"}`: the shape that all of the document's error schemas have. */
function hasErrorBody(body: Buffer | undefined): boolean {
  if (!body) return false;
  try {
    const value = JSON.parse(body.toString()) as { readonly msg?: unknown } | null;
    return typeof value === 'object' && value !== null && typeof value.msg === 'string';
  } catch {
    return false;
  }
}
