// A node's process from launch to end, with a stub that says what it was launched with.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../core/package.ts';
import type { ProcessTarget } from '../definition.ts';
import { loadTarget, parseTarget } from '../load/load.ts';
import { freePort } from './free-port.ts';
import type { RunningNode } from './running-node.ts';
import { type NodeSpec, startNode } from './start-node.ts';

const stub = join(packageRoot(), 'fixtures', 'targets', 'stub-pageserver.js');
let folder: string;
let started: RunningNode[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'psc-node-'));
  chmodSync(folder, 0o711);
  mkdirSync(join(folder, 'data'));
  // The stub under the name that a target file looks up on PATH.
  mkdirSync(join(folder, 'bin'));
  symlinkSync(stub, join(folder, 'bin', 'pageserver'));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((node) => node.kill()));
  rmSync(folder, { recursive: true });
});

function stubTarget(more = ''): ProcessTarget {
  const text = `name: stub\nkind: process\ncommand: ["{suite.node}", ${JSON.stringify(stub)}, "{node.host}:{node.port}"]\n${more}`;
  return parseTarget('stub.yaml', text, {}) as ProcessTarget;
}

async function spec(target: ProcessTarget, more: Partial<NodeSpec> = {}): Promise<NodeSpec> {
  return {
    target,
    place: {
      node: 'b',
      index: 1,
      host: '127.0.0.1',
      port: await freePort('127.0.0.1'),
      pgPort: 5,
      dir: join(folder, 'data'),
      store: {
        endpoint: 'http://127.0.0.1:9',
        bucket: 'bucket',
        prefix: 'pageserver',
        region: 'eu-1',
        accessKey: 'KEY',
        secretKey: 'SECRET',
      },
      publicKeyFile: '/keys/public.pem',
    },
    boot: 1,
    logDir: join(folder, 'logs'),
    runId: 'run-of-test',
    onSpawn: (node) => started.push(node),
    ...more,
  };
}

/** What the stub printed of its launch. */
function launched(boot = 1) {
  const [line] = readFileSync(join(folder, 'logs', `b-${boot}.stdout.log`), 'utf8').split('\n');
  return JSON.parse(line!) as {
    pid: number;
    arguments: string[];
    env: Record<string, string>;
    cwd: string;
    user: { uid: number; gid: number; groups: number[] };
    child?: number;
  };
}

test('the target file of the best-known implementation launches what its notes ask for', async () => {
  const file = join(packageRoot(), 'fixtures', 'targets', 'neon-2023-05.yaml');
  const target = (await loadTarget(file, { PG_DISTRIB_DIR: '/opt/pg' })) as ProcessTarget;
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env.PATH}`;
  const node = await startNode(await spec({ ...target, env: { ...target.env, PATH } }));
  const { arguments: args, env, cwd, pid } = launched();
  const dir = join(folder, 'data');
  expect(args).toEqual([
    ...['-D', dir],
    ...['-c', 'id=1'],
    ...['-c', `listen_http_addr='127.0.0.1:${node.port}'`],
    ...['-c', "listen_pg_addr='127.0.0.1:5'"],
    ...['-c', "broker_endpoint='http://127.0.0.1:50051'"],
    ...['-c', "pg_distrib_dir='/opt/pg'"],
    ...['-c', "http_auth_type='NeonJWT'"],
    ...['-c', "auth_validation_public_key_path='/keys/public.pem'"],
    ...['-c', "tenant_config={compaction_period='1s', compaction_threshold=1}"],
    '-c',
    "remote_storage={endpoint='http://127.0.0.1:9', bucket_name='bucket', bucket_region='eu-1', prefix_in_bucket='pageserver'}",
  ]);
  expect(env).toMatchObject({
    AWS_ACCESS_KEY_ID: 'KEY',
    AWS_SECRET_ACCESS_KEY: 'SECRET',
    PSC_RUN: 'run-of-test',
  });
  expect(cwd).toBe(dir);
  expect(pid).toBe(node.pid);
});

test("the user's own cloud settings do not reach the target", async () => {
  process.env.AWS_SESSION_TOKEN = 'mine';
  try {
    await startNode(
      await spec(stubTarget('env: { A: "{node.id}" }'), {
        environment: {
          defaults: { A: 'not this', B: 'this' },
          overrides: { HOOK: '{node.id}1', PSC_RUN: 'x' },
        },
      }),
    );
  } finally {
    delete process.env.AWS_SESSION_TOKEN;
  }
  const { env } = launched();
  expect(env).toMatchObject({
    A: 'b',
    B: 'this',
    HOOK: 'b1',
    PSC_RUN: 'run-of-test',
    PATH: expect.any(String),
  });
  expect(env).not.toHaveProperty('AWS_SESSION_TOKEN');
});

test('SIGTERM ends it, and how it ended is known', async () => {
  const node = await startNode(await spec(stubTarget()));
  expect(node.exit).toBeUndefined();
  expect(await node.terminate()).toEqual({
    code: null,
    signal: 'SIGTERM',
    asked: true,
    escalated: false,
  });
  expect(node.exit).toEqual({ code: null, signal: 'SIGTERM', asked: true });
  // Late signals go nowhere.
  node.pause();
  await node.kill();
});

test('SIGKILL follows where SIGTERM is ignored', async () => {
  const target = stubTarget('limits: { stop: 50ms }\nenv: { STUB_MODE: stubborn }');
  const node = await startNode(await spec(target));
  expect(await node.terminate()).toMatchObject({ signal: 'SIGKILL', escalated: true });
});

test('a paused process is silent and goes on afterwards', async () => {
  const node = await startNode(await spec(stubTarget()));
  const ask = () => fetch(node.url, { signal: AbortSignal.timeout(5000) });
  node.pause();
  await expect.poll(() => processState(node.pid)).toBe('T');
  node.resume();
  expect((await ask()).status).toBe(200);
  node.pause();
  expect(await node.kill()).toMatchObject({ signal: 'SIGKILL' });
});

test('an exit that nobody asked for is noticed', async () => {
  const node = await startNode(await spec(stubTarget()));
  process.kill(node.pid, 'SIGKILL');
  expect(await node.exited).toEqual({ code: null, signal: 'SIGKILL', asked: false });
});

test('children in its group go with it', async () => {
  const node = await startNode(await spec(stubTarget('env: { STUB_MODE: parent }')));
  const child = launched().child!;
  expect(processState(child)).toBeDefined();
  process.kill(node.pid, 'SIGKILL');
  await node.exited;
  await expect
    .poll(() => processState(child))
    .toSatisfy((state) => state === undefined || state === 'Z');
});

test.each([
  [
    'exits at once',
    'env: { STUB_MODE: exit }',
    /stub-pageserver\.js 127\.0\.0\.1:\d+ exited with code 3 before it was ready\.\nEnd of its stderr:\n {2}stub: there is no disk in drive A\nEnd of its stdout:/,
  ],
  [
    'never answers',
    'env: { STUB_MODE: silent }\nready: { timeout: 2s }',
    /was not ready within 2000 ms: GET \/v1\/status: no answer/,
  ],
  [
    'answers an error',
    'env: { STUB_MODE: refuse }\nready: { path: /up, timeout: 2s }',
    /was not ready within 2000 ms: GET \/up: the answer was 503/,
  ],
])('a target that %s', async (_, more, message) => {
  await expect(startNode(await spec(stubTarget(more)))).rejects.toThrow(message);
  expect(await started[0]!.exited).toBeDefined();
});

test('a program that does not exist', async () => {
  const target = { ...stubTarget(), command: ['./no-such-program', '{node.port}'] };
  await expect(startNode(await spec(target))).rejects.toThrow(
    /^\.\/no-such-program \d+ can't be started: .*ENOENT/,
  );
});

test('a port that somebody else has', async () => {
  const other = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = other.address() as { port: number };
    const plan = await spec(stubTarget());
    const taken = startNode({ ...plan, place: { ...plan.place, port } });
    await expect(taken).rejects.toThrow(`Port ${port} is in use by another program`);
  } finally {
    other.close();
  }
});

test('an abort ends the start and the process', async () => {
  const target = stubTarget('env: { STUB_MODE: silent }');
  const signal = AbortSignal.timeout(100);
  await expect(startNode(await spec(target, { signal }))).rejects.toThrow(/timeout/);
  expect(started[0]!.exit).toMatchObject({ signal: 'SIGKILL' });
});

test('as another user, who has no groups of ours; only root can', async () => {
  const start = spec(stubTarget('user: nobody')).then(startNode);
  if (process.getuid?.() !== 0) {
    await expect(start).rejects.toThrow('needs the suite to run as root');
    return;
  }
  const outcome = await start.catch((error: Error) => error.message);
  // Where our own Node lies in a folder of root's the user can't run it, which proves as much.
  if (typeof outcome === 'string') {
    expect(outcome).toMatch(/EACCES|Cannot find module/);
    return;
  }
  const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
  expect(launched().user.uid).toBe(uid);
  expect(launched().user.groups).not.toContain(0);
});

test('as a user who does not exist', async () => {
  const reason = process.getuid?.() === 0 ? 'there is no such user' : 'to run as root';
  await expect(spec(stubTarget('user: nosuchuser')).then(startNode)).rejects.toThrow(reason);
});

/** State letter of /proc, undefined where the process is gone. */
function processState(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2)[0];
  } catch {
    return undefined;
  }
}
