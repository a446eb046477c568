// The real Toxiproxy in a container: a run uses it and leaves nothing, however it ends; without an engine one sentence says so.

import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canRunDocker, dockerEngine } from '../../src/toxiproxy/testing/docker-engine.ts';
import { launcher, runProgram, tempFolder } from '../cli/program.ts';
import { readOutcome } from './outcome.ts';

const SCENARIO = 'flows/detach/of-unknown';
/** Where testcontainers looks for an engine by itself. */
const SOCKET = '/var/run/docker.sock';

test('without an engine: exit 3 in one sentence, before anything is started', {
  timeout: 120_000,
}, async () => {
  if (existsSync(SOCKET)) {
    process.stderr.write('left out: an engine runs here\n');
    return;
  }
  using folder = tempFolder();
  const options = ['--toxiproxy', 'docker', '--out', folder.path];
  const env = { DOCKER_HOST: `unix://${folder.path}/none.sock`, XDG_RUNTIME_DIR: folder.path };
  const finished = await runProgram(['run', SCENARIO, ...options], { ...env, HOME: folder.path });
  expect(finished.stderr).toMatch(/^error: No Docker engine answers: [^\n]*embedded[^\n]*\n$/);
  expect(finished.stdout).toBe('');
  expect(finished.code).toBe(3);
});

/** The promise for whatever a killed run leaves, ms. */
const LIMIT_MS = 2000;

/** How long after its container is up a run is killed, s: at once is while it still asks whether the server is there. */
const KILLED_AFTER_S = [0, 0, 0, 0.1, 0.3, 1];

/**
 * A run in the foreground, then some that are killed while their container is up; tells the exit code of the first and how
 * long each server outlived its run, ms. Gives up on one that stays.
 */
const SCRIPT = `
out=$1; shift
status=0
"$@" --out "$out/first" >"$out/said" 2>&1 || status=$?
echo "first $status, left $(docker ps -aq | wc -l)"
for later in ${KILLED_AFTER_S.join(' ')}; do
  "$@" --out "$out/killed" >>"$out/said" 2>&1 &
  run=$!
  until id=$(docker ps -q) && [ -n "$id" ]; do kill -0 $run || exit 1; sleep 0.02; done
  server=$(docker inspect -f '{{.State.Pid}}' "$id")
  sleep $later
  kill -KILL $(cat /proc/$run/task/$run/children) $run
  begun=$(date +%s%N)
  while kill -0 "$server" 2>/dev/null && [ $(($(date +%s%N) - begun)) -lt 20000000000 ]; do sleep 0.02; done
  echo "gone after $(( ($(date +%s%N) - begun) / 1000000 ))"
  sleep 0.5
  echo "left $(docker ps -aq | wc -l)"
done
`;

test('a run in Docker uses the real server, and no container outlives it', {
  timeout: 600_000,
}, async () => {
  if (!canRunDocker()) {
    process.stderr.write('docker provider left out: no Docker engine can be run here\n');
    return;
  }
  using folder = tempFolder();
  using engine = await dockerEngine();
  const script = join(folder.path, 'runs.sh');
  writeFileSync(script, SCRIPT);
  const program = [process.execPath, launcher(), 'run', SCENARIO, '--toxiproxy', 'docker'];
  const [command, ...args] = engine.command('bash', script, folder.path, ...program);
  const said = await new Promise<string>((resolve, reject) => {
    execFile(command, args, { timeout: 500_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(stdout);
    });
  });
  expect(said).toMatch(/^first 0, left 0$/m);
  const { context, scenarios } = readOutcome(join(folder.path, 'first'));
  expect(context.toxiproxy).toMatchObject({
    provider: 'docker',
    missing: ['proxy-hold', 'proxy-trigger', 'proxy-events'],
  });
  expect(scenarios.map(({ verdict }) => verdict)).toEqual(['pass']);
  const outlived = [...said.matchAll(/^gone after (\d+)$/gm)].map(([, ms]) => Number(ms));
  expect(outlived).toHaveLength(KILLED_AFTER_S.length);
  expect(said.match(/^left 0$/gm)).toHaveLength(KILLED_AFTER_S.length);
  expect(Math.max(...outlived)).toBeLessThan(LIMIT_MS);
});
