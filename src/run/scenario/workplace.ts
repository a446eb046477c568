// One worker's workplace: catalogue, target, judge, and the rig that all its scenarios share.

import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { type Catalogue, createCatalogue } from '../../catalogue/index.ts';
import { createJudge, type Judge } from '../../check/answer/index.ts';
import { HarnessError } from '../../core/exit.ts';
import { reaperLine, type TargetCapability, type TargetDefinition } from '../../target/index.ts';
import { openRunLane, type RunLane } from '../lane/run-lane.ts';
import { createSilence, type Silence } from '../lane/silence.ts';
import { historyName } from '../result/history-names.ts';
import { openRig, type Rig, type RigRun, withoutMissing } from '../rig/index.ts';
import type { RunJob } from '../runner/job.ts';
import type { Capability } from './definition.ts';
import type { ConnectionHabits } from './dropped.ts';
import { createFarewell, type Farewell } from './farewell.ts';
import { isTried, probeOnce } from './probe-once.ts';
import type { ScenarioResult } from './result.ts';

/** What all scenarios of one worker share. Disposing ends the rig: quiet time, SIGTERM, drained streams, footer. */
export interface Workplace extends AsyncDisposable {
  readonly job: RunJob;
  readonly catalogue: Catalogue;
  readonly target: TargetDefinition;
  readonly judge: Judge;
  readonly rig: Rig;
  /** The fault lane; undefined in the contract phase, where clients go straight to the node. */
  readonly lane: RunLane | undefined;
  /** File name of the rig's history. */
  readonly history: string;
  /** Whether target and provider have a capability; what the target declares is tried out before, if it never was. */
  supports(capability: Capability): Promise<boolean>;
  /** Marks begin and end of a scenario in the history; `lacks`: capabilities for whose lack it is not run, or not to its end. */
  begin(
    scenario: Pick<ScenarioResult, 'id' | 'decides' | 'control'>,
    lacks?: readonly string[],
  ): void;
  end(scenario: string, lacks?: readonly string[]): void;
  /** Before a scenario that ends processes: what others let go only now is watched on. */
  beforeEnds(): Promise<void>;
  /** Takes leave of the tenants that scenarios leave behind. */
  readonly farewell: Farewell;
  /** A number for each logical client of the rig. */
  nextProcess(): number;
  /** What has been learnt of the target's connections. */
  readonly connections: ConnectionHabits;
}

/** Opens the workplace of this worker; no node is started yet. */
export async function openWorkplace(job: RunJob): Promise<Workplace> {
  const catalogue = createCatalogue(job.sources);
  const capabilities = { ...withoutMissing(job.target, job.missing).capabilities };
  const target = { ...job.target, capabilities };
  const history = historyName(job.phase, threadId, 1);
  const lane = job.phase.startsWith('contract') ? undefined : await openRunLane(job);
  const run: RigRun = {
    seed: job.seed,
    profile: job.profile,
    runId: job.runId,
    outDir: job.outDir,
    tempDir: job.tempDir,
    reaper: reaperLine(job.reaperFd),
  };
  const closing = new AbortController();
  let probing = job.isProbed ? Promise.resolve() : undefined;
  const probe = async (): Promise<void> => {
    const missing = await probeOnce(target, run, closing.signal);
    // The rig shares them: what is missing is so for whoever asks.
    for (const lost of Object.keys(missing)) capabilities[lost as TargetCapability] = false;
  };
  const rig = await openRig({
    target,
    name: `${job.phase}-${threadId}`,
    historyFile: join(job.outDir, history),
    run,
    ...(lane === undefined
      ? {}
      : {
          openLane: lane.open,
          versions: { toxiproxy: `${lane.facts.provider} ${lane.facts.version}` },
          toxiproxy: lane.facts,
        }),
  });
  let processes = 0;
  const nextProcess = (): number => {
    processes += 1;
    return processes;
  };
  const silence = lane && createSilence(rig, nextProcess, job.nightly);
  return {
    job,
    catalogue,
    target,
    judge: createJudge(catalogue),
    rig,
    lane,
    history,
    async supports(capability) {
      if (isTried(capability)) {
        probing ??= probe();
        await probing;
      }
      return supports(target, lane, capability);
    },
    ...createMarks(rig),
    beforeEnds: async () => silence?.beforeEnds(),
    farewell: createFarewell(rig, nextProcess, lane !== undefined),
    nextProcess,
    // A repetition is about evidence, not about how long connections are kept.
    connections: { closesUnannounced: job.attempt > 1 },
    [Symbol.asyncDispose]: () => {
      closing.abort(new HarnessError('the workplace is closed'));
      return closeWorkplace(rig, lane, silence);
    },
  };
}

/** What tells in the history which lines belong to which scenario. */
function createMarks({ history }: Rig): Pick<Workplace, 'begin' | 'end'> {
  const named = (lacks: readonly string[]) => (lacks.length === 0 ? {} : { lacks });
  const mark = { stream: 'run', type: 'scenario' } as const;
  return {
    begin({ id: scenario, decides, control }, lacks = []) {
      const facts = { decides, ...(control ? { control } : {}), ...named(lacks) };
      history.record({ ...mark, phase: 'start', ...facts, scenario });
    },
    end(scenario, lacks = []) {
      history.record({ ...mark, phase: 'end', ...named(lacks), scenario });
    },
  };
}

/** A capability that starts with `proxy-` is the lane's; every other one is the target's. */
function supports(
  target: TargetDefinition,
  lane: RunLane | undefined,
  capability: Capability,
): boolean {
  if (capability.startsWith('proxy-'))
    return lane?.faults.capabilities.has(capability as 'proxy-hold') ?? false;
  return target.capabilities[capability as keyof typeof target.capabilities] ?? false;
}

/** Faults are healed first; then everybody's silence is watched once, for all scenarios of the rig (judging section 10). */
async function closeWorkplace(
  rig: Rig,
  lane: RunLane | undefined,
  silence: Silence | undefined,
): Promise<void> {
  await lane?.faults.healAll();
  await silence?.atEnd();
  await rig[Symbol.asyncDispose]();
  await lane?.[Symbol.asyncDispose]();
}
