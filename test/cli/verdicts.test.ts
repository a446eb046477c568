// Verdicts of external servers: one that answers a field wrongly, and one that dies midway.

import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram, startProgram, tempFolder } from './program.ts';

async function serve(answer: (count: number, server: Server) => string): Promise<Server> {
  let count = 0;
  const server = createServer((_, response) => {
    count += 1;
    response.setHeader('content-type', 'application/json');
    response.end(answer(count, server));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const urlOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('a wrong field is exit 1 and names field, requirement and request', async () => {
  // The second question, before the first scenario, is for its tenants.
  const server = await serve((count) => (count === 2 ? '[]' : '{"id":"one"}'));
  try {
    using folder = tempFolder();
    const args = ['run', 'contract/status', '--target', urlOf(server), '--out', folder.path];
    const finished = await runProgram([...args, '--reporter', 'default,junit']);
    expect(finished.code).toBe(1);
    expect(finished.stdout).toMatch(/status\.200/);
    expect(finished.stdout).toMatch(/\bid\b/);
    expect(finished.stdout).toMatch(/curl -i /);
    expect(finished.stdout).toMatch(/NOT CONFORMANT/);
    expect(readFileSync(join(folder.path, 'junit.xml'), 'utf8')).toMatch(/<failure/);
  } finally {
    server.close();
  }
});

test('a target that dies midway is exit 3; what comes after is error and reports are written', async () => {
  const server = await serve((count, self) => {
    // Two of the questions are asked before the first scenario.
    if (count > 3) setImmediate(() => self.close(() => {}).closeAllConnections());
    return count === 2 ? '[]' : '{"id":1}';
  });
  using folder = tempFolder();
  const args = ['run', 'contract/*', '--target', urlOf(server), '--out', folder.path];
  const finished = await runProgram([...args, '--workers', '1']);
  expect(finished.stderr).toMatch(/\b3 \(the target/);
  expect(finished.stdout).toMatch(/target: .*\b(GET|POST|PUT|DELETE) \/\S+ .*in contract\/\S+/);
  const outcome = JSON.parse(readFileSync(join(folder.path, 'result.json'), 'utf8')) as {
    requirements: { verdict: string }[];
  };
  // What it answered wrongly before it died comes first.
  const isBroken = outcome.requirements.some(({ verdict }) => verdict === 'fail');
  expect(finished.code).toBe(isBroken ? 1 : 3);
});

test('SIGINT is exit 130, with the reports so far and no process left', async () => {
  using folder = tempFolder();
  const { child, finished } = startProgram([
    'run',
    'contract/*',
    '--out',
    folder.path,
    '--workers',
    '1',
  ]);
  child.stderr?.once('data', () => setTimeout(() => child.kill('SIGINT'), 300));
  const { code, stderr } = await finished;
  expect(stderr).toMatch(/130 \(interrupted\)/);
  expect(code).toBe(130);
  expect(existsSync(join(folder.path, 'result.json'))).toBe(true);
});
