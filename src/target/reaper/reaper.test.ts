// Nothing is left behind when the run is killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { reaperLine, startReaper } from './reaper.ts';

const reaperModule = new URL('./reaper.ts', import.meta.url).href;

test('SIGKILL of the parent: groups end, deaf, paused and unregistered ones too, and folders go', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'psc-reaped-'));
  const runId = `test-${process.pid}-${Date.now()}`;
  const parent = spawnParent(`
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    import { reaperLine, startReaper } from ${JSON.stringify(reaperModule)};
    const reaper = await startReaper(${JSON.stringify(runId)});
    reaper.addFolder(${JSON.stringify(folder)});
    const line = reaperLine(reaper.fd);
    const start = (script, env) => spawn('sh', ['-c', script], {
      detached: true, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
    const deaf = start("trap '' TERM; echo up; while :; do sleep 1; done", {});
    const paused = start('echo up; sleep 600', {});
    const unregistered = start('echo up; sleep 600', { PSC_RUN: ${JSON.stringify(runId)} });
    const done = start('echo up', {});
    for (const child of [deaf, paused, done]) line.addGroup(child.pid);
    await Promise.all([deaf, paused, unregistered].map((child) => once(child.stdout, 'data')));
    await once(done, 'exit');
    line.dropGroup(done.pid);
    process.kill(-paused.pid, 'SIGSTOP');
    console.log(JSON.stringify([reaper.pid, deaf.pid, paused.pid, unregistered.pid]));
    setInterval(() => {}, 1000);`);
  try {
    const pids = JSON.parse(await firstLine(parent)) as number[];
    expect(pids.every(isAlive)).toBe(true);
    parent.kill('SIGKILL');
    // The promise is two seconds; a busy machine gets more before the test gives up.
    await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  } finally {
    parent.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

test('disposal waits until everything is cleared up, and spares what was dropped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'psc-reaped-'));
  const kept = mkdtempSync(join(tmpdir(), 'psc-kept-'));
  const reaper = await startReaper('');
  reaper.addFolder(folder);
  reaperLine(reaper.fd).addFolder(kept);
  reaper.dropFolder(kept);
  await reaper[Symbol.asyncDispose]();
  expect(isAlive(reaper.pid)).toBe(false);
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(kept)).toBe(true);
  rmSync(kept, { recursive: true });
});

function spawnParent(program: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return text;
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
