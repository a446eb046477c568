// From a call's answer to what it means for the state machine: an answer that must fit, a pending call, or nothing.

import type { CompletionLine, TenantState } from '../../history/events.ts';
import type { Call } from '../ownership/calls.ts';
import type { Knowledge } from '../ownership/knowledge.ts';
import { ANSWERS, type Answer, PENDING_KINDS, type PendingKind } from './states.ts';

/** What is known around the call when it is answered. */
export interface Circumstances {
  readonly hardened: boolean;
  /** The store failed, the node died or booted, the data was spoiled, or more or less than the call was delivered. */
  readonly disturbed: boolean;
  /** Anything at all touched the tenant, the node or this call while it ran. */
  readonly touched: boolean;
  readonly knowledge: Knowledge;
  /** Another detach or ignore of the tenant was on its way at the same time. */
  readonly together: boolean;
  /** An attach, create or load ran at the same time that was refused or may be: until then the tenant may show. */
  readonly deciding: boolean;
}

/** What a completed call means. */
export interface Meaning {
  readonly answer?: Answer;
  /** Index of the pending kind, where the call may have taken effect. */
  readonly pending?: number;
  /** It showed the tenant Active. */
  readonly active?: boolean;
}

const NOTHING: Meaning = {};

/** The meaning of one call's end. */
export function classify(call: Call, line: CompletionLine, around: Circumstances): Meaning {
  switch (call.op) {
    case 'attach':
      return attach(line, around);
    case 'detach':
      return detach(call, line, around);
    case 'ignore':
      if (line.type === 'info') return pending('ignore');
      if (line.type !== 'ok') return NOTHING;
      return { answer: ANSWERS.ignoreDone };
    case 'load':
      if (line.type === 'info') return pending('load');
      if (line.type !== 'ok') return NOTHING;
      return { answer: around.hardened ? ANSWERS.loadAcceptedDurable : ANSWERS.loadAccepted };
    case 'tenant_create':
      if (line.type === 'info') return pending('create');
      if (line.type === 'ok') return { answer: ANSWERS.created };
      // Of a tenant that the store knows a server may say that it exists.
      if (line.status === 409 && around.knowledge === 'unknown') {
        return { answer: ANSWERS.createConflict };
      }
      return NOTHING;
    case 'tenant_status':
      if (line.type === 'ok') return shown(line.seen?.state, around.deciding);
      return line.status === 404 ? { answer: ANSWERS.shownAbsent } : NOTHING;
    default:
      return NOTHING;
  }
}

/** What a list says of one tenant; `deciding` as in Circumstances. */
export function classifyList(line: CompletionLine, tenant: string, deciding: boolean): Meaning {
  const listed = line.type === 'ok' ? line.seen?.tenants : undefined;
  if (!listed) return NOTHING;
  if (!listed.includes(tenant)) return { answer: ANSWERS.shownAbsent };
  return shown(line.seen?.states?.[tenant], deciding);
}

function shown(state: TenantState | undefined, deciding: boolean): Meaning {
  if (state === 'Active') return { answer: ANSWERS.shownActive, active: true };
  return deciding ? NOTHING : { answer: ANSWERS.shownPresent };
}

function attach(line: CompletionLine, around: Circumstances): Meaning {
  if (line.type === 'ok') {
    return { answer: around.hardened ? ANSWERS.attachAcceptedDurable : ANSWERS.attachAccepted };
  }
  if (line.status === 409) return { answer: ANSWERS.attachConflict };
  // No trouble of the link to its caller makes a server forget what the store has; a 500 states nothing.
  const owed = around.knowledge === 'known' && !around.disturbed;
  if (line.status === 404 && line.type === 'fail') {
    return owed ? { answer: ANSWERS.attachUnknown } : NOTHING;
  }
  if (line.type !== 'info') return NOTHING;
  return line.status === 500 && owed && !around.touched
    ? { answer: ANSWERS.attachFailed }
    : pending('attach');
}

function detach(call: Call, line: CompletionLine, around: Circumstances): Meaning {
  if (line.type === 'info') return pending(call.ignored ? 'detachIgnored' : 'detach');
  if (line.type !== 'ok') return NOTHING;
  if (line.status === 404) {
    return { answer: call.ignored ? ANSWERS.detachIgnoredUnknown : ANSWERS.detachUnknown };
  }
  if (call.ignored) {
    return {
      answer: around.together ? ANSWERS.detachedIgnoredTogether : ANSWERS.detachedIgnored,
    };
  }
  return { answer: around.together ? ANSWERS.detachedTogether : ANSWERS.detached };
}

/** A further copy of a call is one more pending call; undefined for reads. */
export function classifyCopy(call: Call): Meaning | undefined {
  if (call.op === 'detach') return pending(call.ignored ? 'detachIgnored' : 'detach');
  if (call.op === 'attach' || call.op === 'ignore' || call.op === 'load') return pending(call.op);
  return call.op === 'tenant_create' ? pending('create') : undefined;
}

function pending(kind: PendingKind): Meaning {
  return { pending: PENDING_KINDS.indexOf(kind) };
}
