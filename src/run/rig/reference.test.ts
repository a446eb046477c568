// The rig with the real reference: writes are attributed to their boot, the history fits its schema, and a SIGKILL of
// the whole suite loses no line and leaves nothing behind.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseHistory, type StoreLine, sortLines } from '../../history/index.ts';
import { runStoreServer } from '../../store/index.ts';
import { loadRawTarget, parseTarget, referenceTargetFile } from '../../target/index.ts';
import { openRig, type Rig } from './index.ts';

const RUN_ID = `reference-${process.pid}`;
const TENANT = '1f359dd625e519a1a4e8d7509690f6fc';
const TIMELINE = '2f359dd625e519a1a4e8d7509690f6fc';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'psc-reference-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('each commit belongs to the boot that wrote it, and silence follows the last exit', async () => {
  {
    await using rig = await openReference();
    const [a, b] = [rig.node('a'), rig.node('b')];
    await Promise.all([a.ensureUp(), b.ensureUp()]);
    await createTimeline(rig);
    await firstCommit(rig, 'a', 1);
    await a.restart('kill');
    await firstCommit(rig, 'a', 2);
    expect(await call(rig, 'a', 'POST', `/v1/tenant/${TENANT}/detach`)).toBe(200);
    expect(await call(rig, 'b', 'POST', `/v1/tenant/${TENANT}/attach`)).toBe(202);
    await firstCommit(rig, 'b', 1);
  }
  const { lines, damage } = parseHistory(readFileSync(join(folder, 'history.ndjson')));
  expect(damage).toEqual([]);
  const story = sortLines(lines);
  for (const [node, boot] of [
    ['a', 1],
    ['a', 2],
    ['b', 1],
  ] as const) {
    const own = story.filter((line) => 'boot' in line && line.boot === boot && line.node === node);
    expect(own[0]).toMatchObject({ stream: 'process', type: 'spawn' });
    expect(own.some((line) => line.type === 'committed')).toBe(true);
    // Nothing of a boot comes after its exit.
    expect(own.at(-1)).toMatchObject({ stream: 'process', type: 'exit', asked: true });
  }
});

test('a real S3 behind the tap: the target writes there, below the rig, and is witnessed all the same', async () => {
  const keys = { accessKey: 'REALKEY', secretKey: 'real-secret' };
  await using s3 = await runStoreServer({ ...keys, host: '127.0.0.1', port: 0, bucket: 'real' });
  const store = { kind: 's3', endpoint: s3.endpoint, bucket: 'real', prefix: 'below', ...keys };
  {
    await using rig = await openReference({ nodes: 1, store });
    await rig.node('a').ensureUp();
    await createTimeline(rig);
    await firstCommit(rig, 'a', 1);
  }
  const client = new S3Client({
    ...{ endpoint: s3.endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey },
  });
  const listed = await client.send(new ListObjectsV2Command({ Bucket: 'real' }));
  client.destroy();
  const place = `below/${RUN_ID}/rig/pageserver/tenants/${TENANT}/timelines/${TIMELINE}/`;
  expect(listed.Contents?.every(({ Key }) => Key!.startsWith(place))).toBe(true);
  const { lines } = parseHistory(readFileSync(join(folder, 'history.ndjson')));
  const commits = lines.filter((line) => line.stream === 'store' && line.type === 'committed');
  expect(commits.length).toBeGreaterThan(0);
});

test('SIGKILL of the suite: the history is whole to its last line, and nothing is left', async () => {
  const tempDir = join(folder, 'temp');
  const runId = `killed-${process.pid}-${Date.now()}`;
  const run = { seed: '1', profile: 'documented', runId, outDir: folder, tempDir };
  const modules = ['./index.ts', '../../target/index.ts'].map(
    (path) => new URL(path, import.meta.url).href,
  );
  const program = `
    import { mkdirSync } from 'node:fs';
    import { openRig } from '${modules[0]}';
    import { loadTarget, startReaper } from '${modules[1]}';
    mkdirSync(${JSON.stringify(tempDir)});
    const reaper = await startReaper('${runId}');
    reaper.addFolder(${JSON.stringify(tempDir)});
    const rig = await openRig({ target: await loadTarget(undefined, {}), name: 'rig',
      historyFile: ${JSON.stringify(join(folder, 'h.ndjson'))}, run: { ...${JSON.stringify(run)}, reaper } });
    await Promise.all(rig.nodes.map((node) => node.ensureUp()));
    rig.history.record({ stream: 'run', type: 'spoil', tenant: 't', what: 'last line' });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  const { lines, damage } = parseHistory(readFileSync(join(folder, 'h.ndjson')));
  expect(lines.at(-1)).toMatchObject({ what: 'last line' });
  expect(damage).toEqual([{ line: lines.length + 1, message: 'no footer: the history was cut' }]);
  const pids = lines.flatMap((line) => (line.type === 'spawn' ? [line.pid!] : []));
  expect(pids).toHaveLength(2);
  // Two seconds are promised; a busy machine gets more before the test gives up.
  await expect.poll(() => pids.filter(isRunning), { timeout: 20_000 }).toEqual([]);
  await expect.poll(() => existsSync(tempDir), { timeout: 20_000 }).toBe(false);
  expect(marked(runId)).toEqual([]);
});

/** A rig over the reference, its target file changed in some members. */
async function openReference(changes: object = {}): Promise<Rig> {
  const raw = { ...loadRawTarget(referenceTargetFile()), ...changes };
  return openRig({
    target: parseTarget(referenceTargetFile(), JSON.stringify(raw), {}),
    run: {
      ...{ seed: '1', profile: 'documented', runId: RUN_ID },
      ...{ outDir: folder, tempDir: folder },
    },
    name: 'rig',
    historyFile: join(folder, 'history.ndjson'),
  });
}

async function createTimeline(rig: Rig): Promise<void> {
  expect(await call(rig, 'a', 'POST', '/v1/tenant/', { new_tenant_id: TENANT })).toBe(201);
  const timeline = { ...rig.target.timelineCreate, new_timeline_id: TIMELINE };
  expect(await call(rig, 'a', 'POST', `/v1/tenant/${TENANT}/timeline/`, timeline)).toBe(201);
}

async function call(rig: Rig, node: string, method: string, path: string, body?: object) {
  const token = rig.tokens!.mint({ scope: 'pageserverapi' });
  const answer = await fetch(`${rig.node(node).url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Resolves when the boot has committed something new. */
function firstCommit(rig: Rig, node: string, boot: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = rig.store.onEvent((event: Omit<StoreLine, 'i'>) => {
      if (event.type !== 'committed' || event.node !== node || event.boot !== boot) return;
      stop();
      resolve();
    });
  });
}

function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Processes that carry the run's mark. */
function marked(runId: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`).includes(`PSC_RUN=${runId}\0`);
    } catch {
      return false;
    }
  });
}
