// S3 clients of two other languages against the store. They are fetched from PyPI and the Go module proxy, so this runs
// in CI and nightly only (CI=true, PSC_NIGHTLY=1); a machine without the tool chain says so.
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { runProgram } from '../testing/run-program.ts';
import { openTestStore } from '../testing/test-store.ts';

const BOTO3 = 'boto3==1.44.5';
const GO_MODULES = [
  'github.com/minio/minio-go/v7@v7.4.1',
  'github.com/aws/aws-sdk-go-v2/service/s3@v1.114.9',
  'github.com/aws/aws-sdk-go-v2/credentials@v1.20.16',
];

const fetching = test.runIf(process.env.CI === 'true' || process.env.PSC_NIGHTLY === '1');

fetching(
  'boto3 (Python) puts, reads, lists, copies and deletes',
  { timeout: 300_000 },
  async (context) => {
    need(context, 'python3');
    await using folder = await openFolder();
    const python = join(folder.path, 'venv', 'bin', 'python');
    await runProgram('python3', ['-m', 'venv', join(folder.path, 'venv')], folder.path);
    await runProgram(python, ['-m', 'pip', 'install', '-q', BOTO3], folder.path);
    await expectRight(python, [join(import.meta.dirname, 'client.py')], folder.path, 'http://');
  },
);

fetching('minio-go and aws-sdk-go-v2 (Go) do the same', { timeout: 600_000 }, async (context) => {
  need(context, 'go', 'version');
  await using folder = await openFolder();
  await copyFile(join(import.meta.dirname, 'client.go'), join(folder.path, 'client.go'));
  await runProgram('go', ['mod', 'init', 'client'], folder.path);
  await runProgram('go', ['get', ...GO_MODULES], folder.path);
  await runProgram('go', ['mod', 'tidy'], folder.path);
  await runProgram('go', ['build', '-o', 'client', '.'], folder.path);
  await expectRight(join(folder.path, 'client'), [], folder.path, '');
});

function need(context: TestContext, program: string, flag = '--version'): void {
  const found = spawnSync(program, [flag]).status === 0;
  if (!found) context.skip(`${program} is not installed`);
}

async function expectRight(
  program: string,
  args: readonly string[],
  folder: string,
  scheme: string,
): Promise<void> {
  await using store = await openTestStore({ pageKeys: 2 });
  const { accessKey, secretKey } = store.issueKey('a', 1);
  const endpoint = scheme + new URL(store.endpoint).host;
  await runProgram(program, [...args, endpoint, accessKey, secretKey], folder);
  const committed = store.lines.filter((line) => line.type === 'committed');
  expect(committed.length).toBeGreaterThan(10);
  expect(store.lines.every((line) => line.node === 'a' && line.boot === 1)).toBe(true);
}

async function openFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'psc-foreign-'));
  const remove = () => rm(path, { recursive: true, force: true });
  return { path, [Symbol.asyncDispose]: remove };
}
