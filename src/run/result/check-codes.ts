// Which exit codes hold for recorded histories that are judged again: those of the run that recorded them, as far as histories
// can tell (judging section 7). Contract answers are not in them.

import type { HistoryReport, PropertyId } from '../../check/index.ts';
import { EXIT, EXIT_PRECEDENCE, type ExitCode } from '../../core/exit.ts';
import { isServerFailure } from '../../core/finding.ts';
import { isAccepted } from './exit-codes.ts';
import { combine } from './requirements.ts';

/** One history and what it came to. */
export interface CheckedHistory {
  readonly report: HistoryReport;
  /** Lines of it could not be read. */
  readonly damaged: boolean;
}

/** Generations are of a later version of the API: no scenario asks for P5. */
const MUSTS = ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'] as const satisfies PropertyId[];

/** All exit codes that hold, in the order of their precedence. */
export function checkCodes(
  histories: readonly CheckedHistory[],
  without: readonly string[],
): ExitCode[] {
  const holds = new Set<ExitCode>();
  if (histories.some(isBroken)) holds.add(EXIT.notConformant);
  // No control of ours may make two owners: what such a history says of a server is worth nothing.
  if (histories.some(({ report }) => report.properties.P1.outcome === 'violated')) {
    holds.add(EXIT.harness);
  }
  const isDamaged = histories.some(({ damaged }) => damaged);
  if (isDamaged || openMusts(histories, without).length > 0) holds.add(EXIT.undecided);
  if (holds.size === 0) holds.add(EXIT.conformant);
  return EXIT_PRECEDENCE.filter((code) => holds.has(code));
}

/** The properties that the scenarios of the histories are to decide and that none of them did, but for `without`. */
export function openMusts(
  histories: readonly CheckedHistory[],
  without: readonly string[],
): PropertyId[] {
  return MUSTS.filter((id) => {
    const words = histories.flatMap(({ report }) => wordsOf(report, id));
    const verdict = combine(words.map((word) => word.verdict));
    if (words.length === 0 || verdict === 'pass') return false;
    const lacks = words.flatMap((word) => (word.lacks.length === 0 ? [] : [word.lacks]));
    return verdict === 'undecided' || !isAccepted(lacks, without);
  });
}

interface Word {
  readonly verdict: 'pass' | 'undecided' | 'unsupported';
  readonly lacks: readonly string[];
}

/** What each scenario of a history says, or the whole of one that does not tell what its scenarios are for. */
function wordsOf(report: HistoryReport, id: PropertyId): Word[] {
  const { outcome, capability, shares, deciding, open } = report.properties[id];
  const word = (isShown: boolean, missing: readonly string[], scenario?: string): Word => {
    const lacks = [...missing, ...(capability === undefined ? [] : [capability])];
    if (outcome === 'unsupported' || missing.length > 0) return { verdict: 'unsupported', lacks };
    // What other scenarios' tenants left open is theirs.
    const isOthers = open !== undefined && scenario !== undefined && open[scenario] === undefined;
    const isOpen = (outcome === 'undecided' && !isOthers) || (!isShown && outcome !== 'violated');
    return { verdict: isOpen ? 'undecided' : 'pass', lacks: [] };
  };
  const asked = askedScenarios(report, id);
  if (asked === undefined) return [word(deciding > 0, [])];
  return asked.map((one) => word((shares[one] ?? 0) > 0, report.scenarios[one]!.lacks, one));
}

/** The scenarios that are to decide it; undefined where the history does not tell what they are for. */
function askedScenarios({ scenarios }: HistoryReport, id: PropertyId): string[] | undefined {
  const told = Object.entries(scenarios).filter(([, { decides }]) => decides !== undefined);
  if (told.length === 0) return undefined;
  return told
    .filter(([, { decides, control }]) => !control && decides!.includes(id))
    .map(([scenario]) => scenario);
}

function isBroken({ report }: CheckedHistory): boolean {
  return Object.values(report.properties).some(({ findings }) => findings.some(isServerFailure));
}
