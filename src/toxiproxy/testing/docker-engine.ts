// A Docker engine for tests, where this machine can run one: `dockerd` is installed and we may make namespaces.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MODULE } from './real-server.ts';

/** Whether an engine can be run here; otherwise whoever needs one says so. */
export function canRunDocker(): boolean {
  const knows = (program: string, ...args: string[]): boolean =>
    spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  return (
    knows('dockerd', '--version') &&
    knows('docker', '--version') &&
    knows('go', 'version') &&
    knows('unshare', '--net', '--pid', '--fork', '--mount-proc', 'ip', 'link', 'set', 'lo', 'up')
  );
}

/** A folder with a static Toxiproxy, in which commands can be run beside an engine. */
export async function dockerEngine(): Promise<
  { command(...args: string[]): readonly [string, ...string[]] } & Disposable
> {
  const folder = mkdtempSync(join(tmpdir(), 'psc-docker-'));
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' };
  await promisify(execFile)('go', ['install', MODULE], { env });
  const script = fileURLToPath(new URL('docker-engine.sh', import.meta.url));
  const spaces = ['--net', '--pid', '--fork', '--mount-proc', '--kill-child'];
  return {
    command: (...args) => [
      'unshare',
      ...spaces,
      'bash',
      script,
      join(folder, 'engine'),
      join(folder, 'server'),
      ...args,
    ],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
