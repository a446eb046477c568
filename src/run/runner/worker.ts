// Loaded once in every worker (`setup.js`), before its first suite file: makes a test of the scenario that a file declares.
// One rig serves all scenarios of a worker; its end is awaited.

import { test as base, inject } from 'vitest';
import { REGISTER, type ScenarioDefinition } from '../scenario/definition.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { openWorkplace, type Workplace } from '../scenario/workplace.ts';
import { JOB_KEY, type RunJob } from './job.ts';

const test = base.extend<{ workplace: Workplace }>({
  workplace: [
    // biome-ignore lint/correctness/noEmptyPattern: -- Vitest reads the needed fixtures from the pattern
    async ({}, use) => {
      const job = JSON.parse(inject(JOB_KEY)) as RunJob;
      await using workplace = await openWorkplace(job);
      await use(workplace);
    },
    { scope: 'worker' },
  ],
});

const worker = globalThis as { [REGISTER]?: (definition: ScenarioDefinition) => void };
// All share the one `test`, and so one fixture and one rig.
worker[REGISTER] = (definition) => {
  test(definition.id, async ({ workplace, task, signal }) => {
    const result = await runScenario(definition, workplace, signal);
    task.meta.scenario = JSON.stringify(result);
  });
};
