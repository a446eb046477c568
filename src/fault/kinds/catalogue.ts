// The catalogue of faults: what suites go through when they try every fault value on every operation and link.

import type { FaultParameters, FaultPlace } from '../fault.ts';
import type { FaultKind, FaultKindInfo } from './kind.ts';
import { PROXY_ROWS } from './proxy-kinds.ts';
import { TAP_ROWS } from './tap-kinds.ts';

const ROWS = { ...PROXY_ROWS, ...TAP_ROWS };

/** Every kind of fault, as data. */
export const FAULT_KINDS: readonly FaultKindInfo[] = Object.entries(ROWS).map(([kind, row]) => ({
  kind: kind as FaultKind,
  ...row,
}));

/** What is known of a kind. */
export function faultKind(kind: FaultKind): FaultKindInfo {
  return { kind, ...ROWS[kind] };
}

/** One value of a kind on one link: what a case of a table is made from. */
export interface FaultValue {
  readonly kind: FaultKind;
  readonly where: FaultPlace;
  readonly parameters: FaultParameters;
  /** `kind`, with the value where a kind has several: `cut-answer(bytes=12)`. */
  readonly name: string;
}

/** Every value of every kind on every link that it can strike; `capabilities` leaves out what is unsupported. */
export function faultValues(capabilities?: ReadonlySet<string>): readonly FaultValue[] {
  return FAULT_KINDS.filter((info) =>
    info.needs.every((need) => capabilities === undefined || capabilities.has(need)),
  ).flatMap((info) =>
    info.where.flatMap((where) =>
      info.values.map((parameters) => ({
        kind: info.kind,
        where,
        parameters,
        name: info.values.length === 1 ? info.kind : `${info.kind}(${describe(parameters)})`,
      })),
    ),
  );
}

function describe(parameters: FaultParameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
