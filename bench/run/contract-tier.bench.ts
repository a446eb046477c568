// The whole contract tier as its users start it: a cold process against the reference, and a run of next to nothing as
// the runner's own cost.

import { median } from '../median.ts';
import type { BenchRow } from '../row.ts';
import { type ColdRun, coldRun } from './cold-run.ts';

const ROUNDS = 3;

/** Wall time, judged answers, memory. */
export async function run(): Promise<readonly BenchRow[]> {
  const whole: ColdRun[] = [];
  const least: ColdRun[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    whole.push(await coldRun('--suite', 'contract'));
    least.push(await coldRun('contract/status'));
  }
  const wall = median(whole.map((one) => one.wallS));
  const start = median(least.map((one) => one.wallS));
  const memory = median(whole.map((one) => one.memoryMb));
  return [
    {
      name: 'contract tier, cold process (limit: one scenario)',
      value: wall,
      unit: 's',
      limit: start,
      target: 5,
      met: wall <= 5,
    },
    { name: 'one scenario, cold process', value: start, unit: 's', target: 1.5, met: start <= 1.5 },
    { name: 'answers judged', value: median(whole.map((one) => one.exchanges)), unit: '' },
    {
      name: 'memory of our own processes',
      value: memory,
      unit: 'MB',
      target: 250,
      met: memory <= 250,
    },
  ];
}
