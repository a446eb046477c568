// A tap fault as a rule of the store.

import assert from 'node:assert/strict';
import type { RuleAction, RulePoint, StoreRule } from '../../store/index.ts';
import type { Fault, FaultParameters } from '../fault.ts';
import { TAP_KINDS, type TapKind } from '../kinds/kind.ts';

/** Whether the tap makes this kind of fault. */
export function isTapKind(kind: string): kind is TapKind {
  return (TAP_KINDS as readonly string[]).includes(kind);
}

/** The rule that makes the fault `id`, without its callback. */
export function tapRule(id: string, fault: Fault): StoreRule {
  assert(isTapKind(fault.kind), `${fault.kind} is no fault of the tap`);
  const { when, parameters = {} } = fault;
  const { point, action } = actionOf(fault.kind, parameters);
  const { node, tenant } = fault;
  return {
    id,
    point,
    action,
    ...(node === undefined ? {} : { node }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(when?.boot === undefined ? {} : { boot: when.boot }),
    ...(when?.key === undefined ? {} : { key: when.key }),
    ...(when?.op === undefined ? {} : { op: when.op }),
    ...(when?.nth === undefined ? {} : { skip: when.nth - 1 }),
    ...(when?.times === undefined ? {} : { times: when.times }),
  };
}

type Act = { readonly point: RulePoint; readonly action: RuleAction };

function actionOf(kind: TapKind, parameters: FaultParameters): Act {
  const point = parameters.point ?? 'received';
  switch (kind) {
    case 'store-watch':
      return { point, action: { kind: 'watch' } };
    case 'store-500':
      return { point, action: { kind: 'fail', status: 500, code: 'InternalError' } };
    case 'store-503':
      return { point, action: { kind: 'fail', status: 503, code: 'ServiceUnavailable' } };
    case 'store-slow-down':
      return { point, action: { kind: 'fail', status: 503, code: 'SlowDown' } };
    case 'store-fail':
      return { point, action: failing(parameters) };
    case 'store-delay':
      return { point, action: { kind: 'delay', ms: parameters.latencyMs ?? 60 } };
    case 'store-hold':
      return { point, action: { kind: 'hold' } };
    // The answer is shaped from its first byte on, so both act before it goes out.
    case 'store-slow': {
      const bytesPerSecond = parameters.bytesPerSecond ?? 8000;
      return { point: 'committed', action: { kind: 'slow', bytesPerSecond } };
    }
    case 'store-truncate':
      return { point: 'committed', action: { kind: 'truncate', bytes: parameters.bytes ?? 30 } };
    case 'store-reset':
      return { point: 'received', action: { kind: 'reset' } };
    case 'store-commit-then-reset':
      return { point: 'committed', action: { kind: 'reset' } };
    case 'store-drop':
      return { point, action: { kind: 'drop' } };
  }
}

function failing(parameters: FaultParameters): RuleAction {
  const { status = 500, code = 'InternalError', retryAfterS } = parameters;
  return {
    kind: 'fail',
    status,
    code,
    ...(retryAfterS === undefined ? {} : { retryAfter: retryAfterS }),
  };
}
