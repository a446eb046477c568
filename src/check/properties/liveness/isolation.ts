// What is held for one tenant or client does not hold the others (P7): while a fault strikes one tenant or one call,
// status, list, attach and detach of other tenants answer within `limits.api`.

import type { CompletionLine, FaultLine } from '../../../history/events.ts';
import { evidence, milliseconds, short } from '../../evidence.ts';
import type { Judge } from '../../judge.ts';
import type { Call } from '../../ownership/calls.ts';
import type { LivenessPart } from './part.ts';

const ISOLATED = new Set(['status', 'tenant_status', 'tenant_list', 'attach', 'detach']);

/** See PATIENCE of P7: here to keep the parts free of a circle. */
const PATIENCE = 3;

/** The part of P7 that judges neighbours. */
export function createIsolation(judge: Judge): LivenessPart {
  let deciding = 0;

  function neighbourFault(line: CompletionLine, call: Call): FaultLine | undefined {
    return judge.troubles.active().find((fault) => {
      if (fault.t > line.t || (fault.node !== undefined && fault.node !== call.node)) return false;
      const struck =
        fault.tenant ??
        (fault.call === undefined ? undefined : judge.calls.get(fault.call)?.tenant);
      return struck !== undefined && struck !== call.tenant;
    });
  }
  function answered(line: CompletionLine, call: Call): void {
    if (!ISOLATED.has(call.op) || call.touched || line.phase === 'connect') return;
    const held = call.tenant === undefined ? -1 : judge.troubles.lastTouch(call.tenant, call.node);
    const nodeHeld = judge.troubles.lastNodeTrouble(call.node);
    if (judge.troubles.isNodeTroubled(call.node)) return;
    if (held >= call.invokedAt || nodeHeld >= call.invokedAt) return;
    const fault = neighbourFault(line, call);
    if (!fault) return;
    deciding += 1;
    const took = line.t - Math.max(call.invokedAt, fault.t);
    const limit = judge.limits.api * 1e6;
    if (took <= limit) return;
    judge.complain('P7', {
      level: took >= PATIENCE * limit ? 'fail' : 'warn',
      damage: 'stuck',
      message:
        `${call.op} on ${call.node} waited ${milliseconds(took)} while a fault held only ` +
        `tenant ${short(fault.tenant ?? judge.calls.get(fault.call ?? '')?.tenant)}`,
      expected: `an answer within ${judge.limits.api} ms`,
      tenant: call.tenant,
      node: call.node,
      scenario: call.scenario ?? line.scenario,
      evidence: [
        evidence(fault, `${fault.kind} strikes another tenant`),
        { i: call.i, t: call.invokedAt, text: `${call.op} is sent` },
        evidence(line, 'it ends'),
      ],
    });
  }
  return {
    deciding: () => deciding,
    undecided: () => undefined,
    end: () => {},
    line(line, call) {
      if (line.stream === 'client' && line.type !== 'invoke' && call) answered(line, call);
    },
  };
}
