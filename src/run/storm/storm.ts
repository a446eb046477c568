// A storm: rounds of random schedules until the budget is used. The first round that fails is made smaller until no fault
// and no step can be left out, and kept, so that `replay` runs it again.

import { type FewestFaults, type Finding, isServerFailure } from '../../core/finding.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import { createLedger } from '../scenario/ledger.ts';
import type { ScenarioResult } from '../scenario/result.ts';
import { ddmin } from '../shrink/ddmin.ts';
import { drawSchedule, type StormGround, type StormMenu } from './draw.ts';
import { type HistoryMark, judgeSince, markHistory } from './judge-round.ts';
import { runSchedule } from './run-schedule.ts';
import {
  faultText,
  formatSchedule,
  parseSchedule,
  type StormSchedule,
  withFaults,
  withSteps,
} from './schedule.ts';

/** What depends on timing fails not every time: a smaller schedule counts as failing if it does once in so many tries. */
const TRIES = 2;

/** A kept schedule is run again for so long before it is said not to fail any more, ms; for the budget if that is longer. */
const REPLAY_MS = 20_000;

/** Time for making a failing schedule smaller, ms. */
const SHRINK_MS = 12_000;

/** Silence watched at the end, and after each try of a schedule whose failure came late, ms. */
const WATCH_MS = 900;

/** Runs a storm scenario: rounds for `budgetMs`, or the kept schedule of an earlier run. */
export async function runStorm(context: ScenarioContext, menu: StormMenu): Promise<void> {
  const storm = new Storm(context);
  if (context.schedule !== undefined) await storm.replay(parseSchedule(context.schedule));
  else await storm.rage(menu);
  storm.tell();
}

/** What one try of a schedule came to. */
interface Try {
  readonly schedule: StormSchedule;
  readonly tenants: readonly string[];
  readonly failures: readonly Finding[];
}

class Storm {
  readonly #context: ScenarioContext;
  #mark: HistoryMark;
  #tries = 0;
  #faultedFlows = 0;

  constructor(context: ScenarioContext) {
    this.#context = context;
    this.#mark = markHistory(context.rig.history.file);
  }

  async rage(menu: StormMenu): Promise<void> {
    const context = this.#context;
    const start = this.#mark;
    const ground = groundOf(context);
    const end = performance.now() + context.budgetMs;
    const rounds: Try[] = [];
    do {
      const random = context.random.fork(`round ${rounds.length}`);
      const round = await this.#run(drawSchedule(random, menu, ground));
      rounds.push(round);
      if (round.failures.length > 0) return this.#shrink(round);
    } while (performance.now() < end);
    const late = await this.#lateFailure(start, rounds);
    if (late) await this.#shrink(late);
  }

  async replay(schedule: StormSchedule): Promise<void> {
    const end = performance.now() + Math.max(REPLAY_MS, this.#context.budgetMs);
    do {
      const { failures } = await this.#run(schedule);
      if (failures.length === 0) continue;
      const how = 'the schedule that was kept';
      this.#keep(schedule, failures, { how, end: 'fewest', of: schedule.faults.length });
      return;
    } while (performance.now() < end);
  }

  tell(): void {
    const context = this.#context;
    if (this.#faultedFlows === 0 && context.schedule === undefined) {
      context.undecided('P7', 'no fault of the storm hit anything');
    }
  }

  /** Runs and judges it once, on fresh tenants. Warnings are told at once, failures are handed back. */
  async #run(schedule: StormSchedule): Promise<Try> {
    this.#tries += 1;
    const mark = markHistory(this.#mark.file, this.#mark);
    this.#mark = mark;
    const { context, result, close } = roundContext(this.#context);
    let tenants: readonly string[] = [];
    try {
      const done = await runSchedule(context, schedule, `try ${this.#tries}`);
      tenants = done.tenants;
      this.#faultedFlows += done.faultedFlows;
      for (let count = done.faultedFlows; count > 0; count -= 1) this.#context.faultedFlow();
    } finally {
      await close();
    }
    const failures: Finding[] = [];
    for (const finding of result.findings) {
      if (isServerFailure(finding)) failures.push(finding);
      else this.#context.finding(finding);
    }
    failures.push(...(await judgeSince(mark, context.profile)));
    return { schedule, tenants, failures };
  }

  /** What came after a round was over: its tenants' lines in the whole of the storm. */
  async #lateFailure(start: HistoryMark, rounds: readonly Try[]): Promise<Try | undefined> {
    const context = this.#context;
    const failures = await judgeSince(start, context.profile);
    const [first] = failures;
    const round = rounds.find(({ tenants }) => tenants.includes(first?.tenant ?? ''));
    if (!first || !round) return undefined;
    return { ...round, schedule: { ...round.schedule, watchMs: WATCH_MS }, failures };
  }

  /** Leaves out faults first, then steps, as long as some try of what is left still breaks the same property. */
  async #shrink({ schedule, failures }: Try): Promise<void> {
    const wanted = failures[0]!.requirement;
    const limit = performance.now() + SHRINK_MS;
    const isOver = (): boolean => performance.now() >= limit;
    let proof = failures;
    const stillFails = async (smaller: StormSchedule): Promise<boolean> => {
      for (let count = 0; count < TRIES && !isOver(); count += 1) {
        const tried = await this.#run(smaller);
        const same = tried.failures.filter(({ requirement }) => requirement === wanted);
        if (same.length === 0) continue;
        proof = same;
        return true;
      }
      return false;
    };
    const faults = await ddmin(
      schedule.faults,
      (part) => stillFails(withFaults(schedule, part)),
      isOver,
    );
    const fewest = withFaults(schedule, faults);
    const steps = await ddmin(fewest.steps, (part) => stillFails(withSteps(fewest, part)), isOver);
    const how = `${schedule.steps.length} made smaller${isOver() ? ', as far as time allowed' : ''}`;
    const end = isOver() ? 'time' : 'fewest';
    this.#keep(withSteps(fewest, steps), proof, { how, end, of: schedule.faults.length });
  }

  /** Keeps the schedule and tells the failure with the fewest faults that still show it. */
  #keep(schedule: StormSchedule, failures: readonly Finding[], { how, end, of }: Smaller): void {
    const context = this.#context;
    context.keepSchedule(formatSchedule(schedule));
    const faults = schedule.faults.map((fault) => faultText(schedule, fault));
    const steps = schedule.steps.map((step) => `${step.do} of tenant ${step.tenant}`);
    const [first, ...others] = failures;
    context.decide(first!.requirement, 'holds in every storm', 'fail');
    context.finding({
      ...first!,
      message: `in a storm: ${first!.message}; steps: ${steps.join(', ') || 'none'} (${how})`,
      scenario: context.id,
      fewest: { faults, of, runs: this.#tries, end },
    });
    for (const finding of others) context.finding(finding);
  }
}

/** How a schedule came to be as small as it is. */
interface Smaller {
  /** Of its steps, in words. */
  readonly how: string;
  readonly end: FewestFaults['end'];
  /** Faults before. */
  readonly of: number;
}

function groundOf({ rig, lane }: ScenarioContext): StormGround {
  return {
    nodes: rig.nodes.map((node) => node.id),
    capabilities: lane.capabilities,
    canRestart: rig.supports('restart'),
    canPause: rig.supports('pause'),
  };
}

/** The scenario's context with a ledger and an end of its own. */
function roundContext(context: ScenarioContext): {
  readonly context: ScenarioContext;
  readonly result: Pick<ScenarioResult, 'findings'>;
  readonly close: () => Promise<void>;
} {
  const result = { findings: [], decisions: {}, checks: [], exchanges: 0, faultedFlows: 0 };
  const ends: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  const round: ScenarioContext = {
    ...context,
    ...createLedger(result as unknown as ScenarioResult),
    defer: (end) => void ends.push(end),
    close,
  };
  return { context: round, result, close };
}
