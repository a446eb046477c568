// The summary on stdout: families, findings by kind, what stayed open, the verdict in one line.

import { styleText } from 'node:util';
import { type Finding, isServerFailure } from '../core/finding.ts';
import type { Verdict } from '../core/verdict.ts';
import { undecidedMusts } from '../run/result/exit-codes.ts';
import type { RequirementResult, RunOutcome } from '../run/result/outcome.ts';
import { findingText } from './finding-text.ts';
import { hookedCells } from './hooked.ts';

/** Colours a text; the identity where colours are off. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Real colours, or none. */
export const painter = (colours: boolean): Paint =>
  colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;

const STYLE: Record<Verdict, Parameters<typeof styleText>[0]> = {
  pass: 'green',
  unsupported: 'gray',
  warn: 'yellow',
  undecided: 'magenta',
  fail: 'red',
  error: 'red',
};
/** So many findings of one requirement are written out; result.json has all. */
const SHOWN_MAX = 3;
/** Ids of obligations: operation and status. */
const OBLIGATION = /^\w+\.\d{3}$/;

/** The whole summary, ending with a newline. */
export function summary(outcome: RunOutcome, paint: Paint): string {
  const parts = [
    families(outcome, paint),
    findings(outcome, paint),
    controls(outcome, paint),
    open(outcome, paint),
    repeated(outcome, paint),
    verdictLine(outcome, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function families(outcome: RunOutcome, paint: Paint): string {
  const obligations = outcome.requirements.filter((row) => OBLIGATION.test(row.id));
  const caused = obligations.filter((row) => row.verdict !== 'unsupported' && row.checks > 0);
  const lines: string[] = [];
  for (const [family, rows] of Map.groupBy(outcome.requirements, (row) => row.family)) {
    if (!OBLIGATION.test(rows[0]!.id)) lines.push(familyLine(family, rows, paint));
  }
  if (obligations.length > 0) {
    lines.unshift(
      familyLine(
        'contract',
        obligations,
        paint,
        `${caused.length} of ${obligations.length} caused${byHooks(outcome)}`,
      ),
    );
  }
  return lines.join('\n');
}

function byHooks(outcome: RunOutcome): string {
  const ids = [...hookedCells(outcome).keys()].sort();
  return ids.length === 0
    ? ''
    : `, ${ids.length} only by a hook of the target file: ${ids.join(', ')}`;
}

function familyLine(
  family: string,
  rows: readonly RequirementResult[],
  paint: Paint,
  extra?: string,
): string {
  const counts = Map.groupBy(rows, (row) => row.verdict);
  const words = [...counts].map(([verdict, some]) =>
    paint(STYLE[verdict], `${some.length} ${verdict}`),
  );
  const checks = rows.reduce((sum, row) => sum + row.checks, 0);
  const tail = extra === undefined ? '' : ` · ${extra}`;
  return `  ${family.padEnd(16)} ${words.join(', ')} · ${checks} checks${tail}`;
}

function findings(outcome: RunOutcome, paint: Paint): string {
  const all = outcome.scenarios
    .filter((scenario) => !scenario.control)
    .flatMap((scenario) => scenario.findings)
    .concat(outcome.findings);
  const blocks: string[] = [];
  for (const [title, some] of [
    ['Broken by the server', all.filter(isServerFailure)],
    ['Warnings', all.filter((f) => f.kind === 'server' && f.level === 'warn')],
    ['Unclear whose fault', all.filter((f) => f.kind === 'unclear')],
  ] as const) {
    if (some.length === 0) continue;
    blocks.push(paint('bold', `${title} (${some.length})`), ...grouped(some, paint));
  }
  const document = all.filter((finding) => finding.kind === 'document');
  if (document.length > 0) {
    blocks.push(
      paint('bold', 'The document itself (never counted)'),
      ...ofDocument(document, paint),
    );
  }
  return blocks.join('\n');
}

/** One line for each contradiction: what follows from it says the same of every server. */
function ofDocument(some: readonly Finding[], paint: Paint): string[] {
  const groups = Map.groupBy(some, (finding) => finding.contradiction ?? finding.requirement);
  return [...groups].map(
    ([id, group]) =>
      `  ${paint('yellow', id)}: ${group[0]!.message} (${group.length} findings; explain ${id})`,
  );
}

function grouped(some: readonly Finding[], paint: Paint): string[] {
  const lines: string[] = [];
  for (const group of Map.groupBy(
    some,
    (f) => `${f.requirement}\n${withoutIndex(f.message)}`,
  ).values()) {
    const first = group[0]!;
    const colour = STYLE[first.kind === 'server' ? first.level : 'warn'];
    const shown = group.slice(0, first.level === 'fail' ? SHOWN_MAX : 1);
    for (const finding of shown) {
      const [head, ...rest] = findingText(finding).split('\n');
      lines.push(`  ${paint(colour, head!)}`, ...rest.map((line) => `  ${line}`));
    }
    if (group.length > shown.length) {
      lines.push(
        paint('gray', `    … and ${group.length - shown.length} more like it in result.json`),
      );
    }
  }
  return lines;
}

/** The same sentence about another member of a list says nothing new. */
const withoutIndex = (message: string): string => message.replaceAll(/\/\d+(?=\/|\b)/g, '/*');

function controls(outcome: RunOutcome, paint: Paint): string {
  const some = outcome.scenarios.filter((scenario) => scenario.control);
  if (some.length === 0) return '';
  const lines = some.map(
    (scenario) =>
      `  ${paint(STYLE[scenario.verdict], scenario.verdict)} ${scenario.id}: ${scenario.title}`,
  );
  return [paint('bold', 'Negative controls (never counted)'), ...lines].join('\n');
}

function open(outcome: RunOutcome, paint: Paint): string {
  const lines: string[] = [];
  for (const row of outcome.requirements) {
    if (row.verdict === 'undecided' || row.verdict === 'error') {
      lines.push(
        `  ${paint(STYLE[row.verdict], row.verdict)} ${row.id}: ${row.reason ?? row.text}`,
      );
    }
  }
  const unsupported = outcome.requirements.filter((row) => row.verdict === 'unsupported');
  for (const row of unsupported) {
    lines.push(`  ${paint('gray', 'unsupported')} ${row.id}: ${row.reason ?? row.text}`);
  }
  lines.push(...unsupportedScenarios(outcome), ...leftOut(outcome));
  for (const id of outcome.uncovered) lines.push(`  no requirement row for ${id}`);
  for (const id of outcome.stale)
    lines.push(`  stale: the document's text behind ${id} has changed`);
  for (const text of outcome.harnessErrors) lines.push(paint('red', `  our own fault: ${text}`));
  if (outcome.targetError !== undefined)
    lines.push(paint('red', `  target: ${outcome.targetError}`));
  if (outcome.notRun.length > 0) lines.push(`  not run: ${outcome.notRun.length} scenarios`);
  return lines.length === 0 ? '' : [paint('bold', 'Not decided'), ...lines].join('\n');
}

/** What an undecided scenario came to when it was run again. */
function repeated({ scenarios }: RunOutcome, paint: Paint): string {
  const lines = scenarios.flatMap(({ id, verdict, attempt, earlier = [] }) => {
    if (earlier.length === 0) return [];
    const before = earlier.map(({ reason }) => reason.split('\n')[0]).join('; then ');
    return [
      `  ${paint(STYLE[verdict], verdict)} ${id} in run ${attempt}, undecided before: ${before}`,
    ];
  });
  const title = paint('bold', `Run again with new seeds (${lines.length})`);
  return lines.length === 0 ? '' : [title, ...lines].join('\n');
}

/** Scenarios that could not do their work, by the reason; their requirements may be decided elsewhere. */
function unsupportedScenarios({ scenarios }: RunOutcome): string[] {
  const unsupported = scenarios.filter((one) => one.verdict === 'unsupported' && !one.control);
  const byNeed = Map.groupBy(unsupported, ({ reason = '' }) => /^needs "[^"]*"/.exec(reason)?.[0]);
  return [...byNeed].map(
    ([need, ones]) =>
      `  unsupported scenarios${need === undefined ? '' : `, ${need}`}: ${ones.map(({ id }) => id).join(', ')}`,
  );
}

/** Cases that scenarios had to do without, by what is missing: their other cases decided. */
function leftOut({ scenarios }: RunOutcome): string[] {
  const cases = scenarios.flatMap(({ id, leftOut: some = {} }) =>
    Object.entries(some).flatMap(([need, names]) => names.map((name) => ({ id, need, name }))),
  );
  return [...Map.groupBy(cases, ({ need }) => need)].map(([need, ones]) => {
    const count = new Set(ones.map(({ id }) => id)).size;
    const names = [...new Set(ones.map(({ name }) => name))].join(', ');
    return `  left out of ${count} scenario${count === 1 ? '' : 's'}, needs "${need}": ${names}`;
  });
}

const VERDICT_LINE: Readonly<Record<number, readonly [string, Parameters<typeof styleText>[0]]>> = {
  0: ['CONFORMANT', 'green'],
  1: ['NOT CONFORMANT', 'red'],
  2: ['WRONG USAGE', 'red'],
  3: ['TARGET NOT REACHED OR GONE', 'red'],
  4: ['OUR OWN FAULT: no verdict', 'red'],
  5: ['BASELINE STALE', 'yellow'],
  6: ['UNDECIDED: nothing broken, but not everything that must be decided was decided', 'magenta'],
  130: ['INTERRUPTED', 'yellow'],
};

function verdictLine(outcome: RunOutcome, paint: Paint): string {
  const [words, colour] = VERDICT_LINE[outcome.exitCodes[0] ?? 4]!;
  const scenarios = outcome.scenarios.length;
  const exchanges = outcome.scenarios.reduce((sum, scenario) => sum + scenario.exchanges, 0);
  const flows = outcome.scenarios.reduce((sum, scenario) => sum + scenario.faultedFlows, 0);
  const must = undecidedMusts(outcome);
  const tail = must.length === 0 ? '' : `\n${paint('magenta', `NOT DECIDED: ${must.join(', ')}`)}`;
  const seconds = (outcome.context.durationMs / 1000).toFixed(1);
  return (
    `${paint(['bold', colour as 'red'], words)}  ${outcome.context.target} · profile ${outcome.context.profile} · ` +
    `seed ${outcome.context.seed}\n${scenarios} scenarios, ${exchanges} answers judged, ${flows} faulted flows, ` +
    `${seconds} s${toxiproxyText(outcome)}${tail}`
  );
}

/** Which Toxiproxy made the faults; a verdict may be weaker for what it lacks. */
function toxiproxyText({ context: { toxiproxy } }: RunOutcome): string {
  if (toxiproxy === undefined) return '';
  const { provider, version, missing } = toxiproxy;
  const lacks = missing.length === 0 ? '' : `, without ${missing.join(', ')}`;
  return `\nToxiproxy: ${provider} ${version}${lacks}`;
}
