// The catalogue of faults: what suites go through when they try every fault value on every operation and link.

import type { Fault, FaultParameters, FaultPlace } from '../fault.ts';
import type { FaultKind, FaultKindInfo, LaneCapability } from './kind.ts';
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

/** Whether connections end by it, now or at heal, that would have gone on. */
export function endsConnections(kind: FaultKind): boolean {
  return ROWS[kind].answer !== 'late' && kind !== 'slice';
}

/** One value of a kind on one link: what a case of a table is made from. */
export interface FaultValue {
  readonly kind: FaultKind;
  readonly where: FaultPlace;
  readonly parameters: FaultParameters;
  /** `kind`, with the value where a kind has several: `cut-answer(bytes=12)`. */
  readonly name: string;
}

/** The first capability that such a fault lacks; undefined: it can be made, and its hits are told. */
export function missingFor(
  { kind, where }: Pick<Fault, 'kind' | 'where'>,
  capabilities: ReadonlySet<string>,
): LaneCapability | undefined {
  const { needs, silentOn = [] } = ROWS[kind];
  const all = silentOn.includes(where) ? [...needs, 'proxy-events' as const] : needs;
  return all.find((need) => !capabilities.has(need));
}

/** Every value of every kind on every link that it can strike; `capabilities` leaves out what is unsupported. */
export function faultValues(capabilities?: ReadonlySet<string>): readonly FaultValue[] {
  return FAULT_KINDS.flatMap(({ kind, where, values }) =>
    where
      .filter(
        (place) =>
          capabilities === undefined ||
          missingFor({ kind, where: place }, capabilities) === undefined,
      )
      .flatMap((place) =>
        values.map((parameters) => ({
          kind,
          where: place,
          parameters,
          name: values.length === 1 ? kind : `${kind}(${describe(parameters)})`,
        })),
      ),
  );
}

function describe(parameters: FaultParameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
