// The real Toxiproxy and our own engine give equal verdicts on the reference in every scenario that both can run; what
// the real one lacks is unsupported there and says so. Whole suites with PSC_NIGHTLY=1, a handful otherwise.

import process from 'node:process';
import { expect, test } from 'vitest';
import type { ScenarioResult } from '../../src/run/scenario/result.ts';
import { realServerProgram } from '../../src/toxiproxy/testing/real-server.ts';
import { runProgram, tempFolder } from '../cli/program.ts';
import { readOutcome } from './outcome.ts';

const WHOLE = process.env.PSC_NIGHTLY === '1';
const SELECTION = WHOLE
  ? ['--suite', 'contract,flows,faults,crash,storm', '--budget', '10s']
  : [
      'flows/attach/is-scheduled',
      'flows/detach/of-unknown',
      'faults/store-tap/detach',
      'faults/client-link/status',
      'faults/callers/gone-while-held',
    ];
const LANE_CAPABILITIES = ['proxy-hold', 'proxy-trigger', 'proxy-events'];

test('equal verdicts with the real server and with ours', { timeout: 3_600_000 }, async () => {
  const program = await realServerProgram();
  if (program === undefined) {
    process.stderr.write(
      'equal verdicts left out: Go is not installed, so there is no real server\n',
    );
    return;
  }
  using own = tempFolder();
  using real = tempFolder();
  const ours = run('embedded', own.path);
  // One after the other where it takes long: two whole runs at once only slow each other.
  if (WHOLE) await ours;
  const theirs = run('binary', real.path, { TOXIPROXY_SERVER: program });
  const [embedded, binary] = await Promise.all([ours, theirs]);

  expect(embedded.context.toxiproxy).toMatchObject({ provider: 'embedded', missing: [] });
  expect(binary.context.toxiproxy).toMatchObject({
    provider: 'binary',
    missing: LANE_CAPABILITIES,
  });
  const compared = binary.scenarios.filter((scenario) => scenario.verdict !== 'unsupported');
  const unsupported = binary.scenarios.filter((scenario) => scenario.verdict === 'unsupported');
  expect(verdicts(compared)).toEqual(
    verdicts(embedded.scenarios.filter(({ id }) => compared.some((one) => one.id === id))),
  );
  expect(compared.length).toBeGreaterThanOrEqual(4);
  expect(unsupported.length).toBeGreaterThanOrEqual(1);
  for (const { id, reason } of unsupported) {
    expect(reason, id).toMatch(/^needs "proxy-(hold|trigger|events)"/);
  }
  // A table is not given up for some of its cases: the others are run, and these are named.
  const table = binary.scenarios.find(({ id }) => id === 'faults/client-link/status');
  expect(Object.keys(table?.leftOut ?? {}).sort()).toEqual([...LANE_CAPABILITIES].sort());
  expect(table?.faultedFlows).toBeGreaterThan(10);
  expect(embedded.scenarios.filter(({ leftOut }) => leftOut !== undefined)).toEqual([]);
});

async function run(toxiproxy: string, out: string, env: NodeJS.ProcessEnv = {}) {
  const options = ['--toxiproxy', toxiproxy, '--seed', '1', '--out', out];
  const finished = await runProgram(['run', ...SELECTION, ...options], env);
  expect(finished.stdout, finished.stderr).toMatch(new RegExp(`^Toxiproxy: ${toxiproxy} `, 'm'));
  if (toxiproxy === 'binary') {
    expect(finished.stdout).toMatch(/without proxy-hold, proxy-trigger, proxy-events/);
    expect(finished.stdout).toMatch(/unsupported scenarios, needs "proxy-trigger": /);
    expect(finished.stdout).toMatch(/left out of \d+ scenarios?, needs "proxy-hold": .*duplicate/);
  }
  return readOutcome(out);
}

const verdicts = (scenarios: readonly ScenarioResult[]): Record<string, string> =>
  Object.fromEntries(scenarios.map(({ id, verdict }) => [id, verdict]));
