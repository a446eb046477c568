// The fewest faults that still show what a history showed: each scenario that failed is run again with a part of its faults,
// as long as there is time. Storms do it by themselves, for they know their schedules.

import { type Finding, isServerFailure } from '../../core/finding.ts';
import type { JudgedHistories } from '../histories.ts';
import { isGone, type Run } from '../phases.ts';
import { HISTORY_PROPERTY, type ScenarioResult } from '../scenario/result.ts';
import { type Case, leaveOut } from './leave-out.ts';
import { createRerun, type Question } from './rerun.ts';
import { createRounds } from './rounds.ts';

/** Scenarios that are made smaller in one run; of a build that breaks everything the first say enough. */
const CASES_MAX = 8;

/** Adds what it found out to the findings. */
export async function findFewest(run: Run, { scenarios }: JudgedHistories): Promise<void> {
  const { shrink: limitMs, failFast } = run.options;
  // A target that runs already keeps what the first run left there.
  if (limitMs === 0 || failFast || run.target.kind === 'url' || isGone(run)) return;
  const cases = casesOf(run, scenarios);
  if (cases.length === 0 || run.signal.aborted) return;
  run.progress.note(
    `again with fewer faults, ${limitMs / 1000} s at most: ${cases.map(({ scenario }) => scenario.id).join(', ')}`,
  );
  const over = AbortSignal.any([run.signal, AbortSignal.timeout(limitMs)]);
  const rounds = createRounds<Question>(cases.length, createRerun(run, over));
  await Promise.all(
    cases.map(async (one) => {
      try {
        const fewest = await leaveOut(one, rounds.ask, over);
        const { findings } = one.scenario;
        findings[findings.indexOf(one.finding)] = { ...one.finding, fewest };
      } catch (error) {
        // What was found stays found.
        run.progress.note(
          `${one.scenario.id} could not be run with fewer faults: ${(error as Error).message}`,
        );
      } finally {
        rounds.leave();
      }
    }),
  );
}

/** The first finding of each scenario; those of a property that no other has shown come first. */
function casesOf(run: Run, scenarios: readonly ScenarioResult[]): readonly Case[] {
  const cases = scenarios.flatMap((scenario): Case[] => {
    const struck = run.struck.get(scenario.id) ?? [];
    const finding = scenario.findings.find(isBroken);
    const isOurs = !scenario.control && !scenario.id.startsWith('storm/');
    return isOurs && finding && struck.length > 0 ? [{ scenario, finding, struck }] : [];
  });
  const byProperty = Map.groupBy(cases, ({ finding }) => finding.requirement);
  const firsts = [...byProperty.values()].map(([first]) => first!);
  return [...firsts, ...cases.filter((one) => !firsts.includes(one))].slice(0, CASES_MAX);
}

/** What only the history tells has evidence there; a scenario's own check of the same property has none. */
function isBroken(finding: Finding): boolean {
  const { requirement, evidence } = finding;
  return isServerFailure(finding) && HISTORY_PROPERTY.test(requirement) && evidence !== undefined;
}
