// What a target file means, and what is said of one that is wrong.

import { dirname, join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { UsageError } from '../../core/exit.ts';
import { loadRawTarget, loadTarget, parseTarget, referenceTargetFile } from './load.ts';

const parse = (text: string, env = {}) => parseTarget('targets/mine.yaml', text, env);
const process1 = 'name: x\nkind: process\ncommand: [run, "{node.port}"]\n';

test('a whole file', () => {
  const target = parse(
    [
      'name: mine {env.VERSION}',
      'kind: process',
      'nodes: 1',
      `command: [./bin/pageserver, -c, "x={a='{store.endpoint}', b={\\"c\\":1}}", "{env.EXTRA}"]`,
      'env: { KEY: "{store.accessKey}" }',
      'user: postgres',
      'ready: { path: /ready, timeout: 1.5s }',
      'state: string',
      'auth: { kind: jwt }',
      'timeline: { create: { pg_version: 15 } }',
      'limits: { attach: 500ms, detach: 2m }',
      'capabilities: { pause: false }',
      'hooks: { tenant_list.500: { FAIL: "1" } }',
      'store: { kind: s3, endpoint: "http://s3:9000", bucket: b, prefix: /p/, accessKey: a, secretKey: s }',
    ].join('\n'),
    { VERSION: '7', EXTRA: '--fast' },
  );
  expect(target).toEqual({
    name: 'mine 7',
    kind: 'process',
    nodes: ['a'],
    command: [
      join(process.cwd(), 'targets/bin/pageserver'),
      '-c',
      `x={a='{store.endpoint}', b={"c":1}}`,
      '--fast',
    ],
    env: { KEY: '{store.accessKey}' },
    user: 'postgres',
    ready: { path: '/ready', timeoutMs: 1500 },
    state: 'string',
    auth: { kind: 'jwt' },
    timelineCreate: { pg_version: 15 },
    limits: { attach: 500, detach: 120000, quiet: 2000, api: 2000, store: 20000, stop: 10000 },
    capabilities: {
      'two-nodes': false,
      restart: true,
      pause: false,
      tap: true,
      layout: true,
      state: true,
      auth: true,
      'data-dir': true,
      'small-disk': true,
    },
    hooks: { 'tenant_list.500': { FAIL: '1' } },
    store: {
      kind: 's3',
      endpoint: 'http://s3:9000',
      bucket: 'b',
      prefix: 'p',
      region: 'us-east-1',
      accessKey: 'a',
      secretKey: 's',
    },
  });
});

test('JSON is read too, and defaults are filled in', () => {
  const target = parse('{"name": "x", "kind": "url", "urls": ["http://h:1/", "http://h:2"]}');
  expect(target).toMatchObject({
    urls: ['http://h:1', 'http://h:2'],
    nodes: ['a', 'b'],
    state: 'auto',
    auth: { kind: 'none' },
    limits: { attach: 10000, detach: 10000, quiet: 2000, api: 2000, store: 20000, stop: 10000 },
    capabilities: { 'two-nodes': true, restart: false, pause: false, tap: false },
  });
});

test.each([
  [
    'unknown key',
    `${process1}redy: {}`,
    'targets/mine.yaml:4: Unknown key "redy". Did you mean "ready"? Known keys: ',
  ],
  [
    'unknown key below',
    `${process1}ready:\n  path: /x\n  tiemout: 1s`,
    ':6: Unknown key "tiemout" in "ready". Did you mean "timeout"?',
  ],
  [
    'unknown key in flow style',
    `${process1}limits: { attach: 1s,\n  detatch: 1s }`,
    ':5: Unknown key "detatch" in "limits". Did you mean "detach"?',
  ],
  [
    'unknown capability',
    `${process1}capabilities: { restrat: true }`,
    ':4: Unknown key "restrat" in "capabilities". Did you mean "restart"?',
  ],
  [
    'unknown placeholder',
    `${process1}env:\n  A: "{node.prot}"`,
    ':5: Unknown placeholder {node.prot}. Did you mean "node.port"? Known: {env.NAME} {node.id}',
  ],
  [
    'placeholder of a node elsewhere',
    'name: "{node.id}"\nkind: process\ncommand: [x]',
    ':1: {node.id} is known only when a node starts',
  ],
  [
    'unset variable',
    `${process1}env:\n  A: "{env.NOPE}"`,
    ':5: {env.NOPE}: the environment variable NOPE is not set.',
  ],
  ['no duration', `${process1}limits: { attach: 10 }`, ':4: "limits.attach" must be string.'],
  [
    'bad duration',
    `${process1}limits: { attach: soon }`,
    ':4: "limits.attach" must be a duration such as 10s, 500ms or 2m; it is "soon".',
  ],
  ['no kind', 'name: x', ':1: the target file lacks the key "kind".'],
  ['bad kind', 'name: x\nkind: docker', ':2: "kind" must be one of url, process, container.'],
  ['container', 'name: x\nkind: container', ':2: kind container is not available yet'],
  [
    'process without command',
    'name: x\nkind: process',
    ':1: the target file lacks the key "command".',
  ],
  [
    'url with command',
    'name: x\nkind: url\nurls: ["http://h:1"]\ncommand: [x]',
    ':4: "command" has no meaning for kind url.',
  ],
  [
    'process with urls',
    `${process1}urls: ["http://h:1"]`,
    ':4: "urls" has no meaning for kind process.',
  ],
  ['three nodes', `${process1}nodes: 3`, ':4: "nodes" must be one of 1, 2.'],
  [
    'nodes against urls',
    'name: x\nkind: url\nnodes: 2\nurls: ["http://h:1"]',
    ':3: "nodes" says 2, but there are 1 urls.',
  ],
  [
    'no URL',
    'name: x\nkind: url\nurls: ["localhost:1"]',
    ':3: "localhost:1" is not an http:// or https:// URL.',
  ],
  [
    'URL with a path',
    'name: x\nkind: url\nurls: ["http://h:1/v1"]',
    ':3: "http://h:1/v1" must be an origin',
  ],
  [
    'bad obligation',
    `${process1}hooks: { tenant_list: { A: "1" } }`,
    ':4: "tenant_list" is not the id of an obligation',
  ],
  [
    'tokens without a key',
    'name: x\nkind: url\nurls: ["http://h:1"]\nauth: { kind: jwt }',
    ':4: "auth" of kind jwt needs "privateKeyFile"',
  ],
  [
    's3 without bucket',
    `${process1}store: { kind: s3, endpoint: "http://h", accessKey: a, secretKey: b }`,
    ':4: "store" lacks the key "bucket".',
  ],
  ['not a map', '- x', ':1: the target file must be object.'],
  ['broken YAML', 'name: x\nkind: [', /^targets\/mine\.yaml:2: /],
  ['doubled key', 'name: x\nname: y', ':2: Map keys must be unique.'],
  ['empty file', '', ':1: the target file must be object.'],
])('%s', (_, text, message) => {
  expect(() => parse(text)).toThrow(UsageError);
  expect(() => parse(text)).toThrow(message);
});

test('everything that is wrong is told at once, in the order of lines', () => {
  expect(() =>
    parse('name: x\nkind: url\nurls: ["http://h:1"]\nstat: slug\nlimits: { atach: 1s }'),
  ).toThrow(/mine\.yaml:4: Unknown key "stat".*\n.*mine\.yaml:5: Unknown key "atach"/);
});

test('a URL alone is a target of one node', async () => {
  expect(await loadTarget('http://127.0.0.1:9898', {})).toMatchObject({
    name: 'http://127.0.0.1:9898',
    kind: 'url',
    nodes: ['a'],
    urls: ['http://127.0.0.1:9898'],
  });
});

test('a file that is not there', async () => {
  await expect(loadTarget('no/such.yaml', {})).rejects.toThrow(
    "The target file no/such.yaml can't be read (ENOENT). --target takes a file or an http:// URL.",
  );
});

test('the bundled examples are right', async () => {
  const folder = dirname(referenceTargetFile());
  expect(await loadTarget(undefined, {})).toMatchObject({ kind: 'process', auth: { kind: 'jwt' } });
  expect(await loadTarget(join(folder, 'url.yaml'), {})).toMatchObject({ kind: 'url' });
  expect(await loadTarget(join(folder, 'reference-open.yaml'), {})).toMatchObject({
    nodes: ['a'],
    auth: { kind: 'none' },
    capabilities: { auth: false, 'two-nodes': false, tap: true },
  });
  const neon = join(folder, 'neon-2023-05.yaml');
  expect(await loadTarget(neon, { PG_DISTRIB_DIR: '/pg' })).toMatchObject({ kind: 'process' });
  await expect(loadTarget(neon, {})).rejects.toThrow('PG_DISTRIB_DIR is not set');
});

test('a file as it stands', () => {
  expect(loadRawTarget(referenceTargetFile()).command).toContain('{suite.reference}');
});
