// The whole gate as CI runs it: contract, flows, faults, crash and one storm, once, in a cold process on the reference.

import process from 'node:process';
import type { BenchRow } from '../row.ts';
import { coldRun } from './cold-run.ts';

/** Wall time, faulted flows, memory; an exit code that is not 0 is told. */
export async function run(): Promise<readonly BenchRow[]> {
  const gate = await coldRun('--seed', '1');
  if (gate.exitCode !== 0) {
    const odd = gate.outcome.scenarios.filter(({ verdict }) => !['pass', 'warn'].includes(verdict));
    const names = odd.map(({ id, verdict }) => `${id} ${verdict}`).join(', ');
    process.stdout.write(
      `  the gate ended with exit ${gate.exitCode}: ${names || 'see its report'}\n`,
    );
  }
  return [
    {
      name: 'whole gate, cold process',
      value: gate.wallS,
      unit: 's',
      target: 90,
      met: gate.wallS <= 90,
    },
    {
      name: 'faulted flows',
      value: gate.faultedFlows,
      unit: '',
      target: 300,
      met: gate.faultedFlows >= 300,
    },
    { name: 'scenarios', value: gate.outcome.scenarios.length, unit: '' },
    { name: 'answers judged', value: gate.exchanges, unit: '' },
    { name: 'memory of our own processes', value: gate.memoryMb, unit: 'MB' },
  ];
}
