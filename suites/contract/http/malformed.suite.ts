// Malformed HTTP gets an error or a closed connection, does nothing, and does no harm to anybody else.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { givenTenant } from '../shared/given.ts';
import { bodyObject, listedTenants, mustShow } from '../shared/seen.ts';

/** A request that would do something if it were taken: parts of it are spoilt by the cases. */
interface Parts {
  readonly host: string;
  readonly token: string;
  /** A body that would set something. */
  readonly body: string;
}

type Bytes = (parts: Parts) => string;

const put = ({ host, token }: Parts, headers: string, body: string): string =>
  `PUT /v1/tenant/config HTTP/1.1\r\nhost: ${host}\r\n${token}content-type: application/json\r\n` +
  `connection: close\r\n${headers}\r\n${body}`;
const get = ({ host }: Parts, line: string, headers = ''): string =>
  `${line}\r\nhost: ${host}\r\nconnection: close\r\n${headers}\r\n`;
const length = (text: string): number => Buffer.byteLength(text);

/** Requests that no server may take for right ones (RFC 9112). */
const MALFORMED: readonly (readonly [name: string, bytes: Bytes])[] = [
  [
    'two lengths that differ',
    (parts) =>
      put(
        parts,
        `content-length: ${length(parts.body)}\r\ncontent-length: ${length(parts.body) - 5}\r\n`,
        parts.body,
      ),
  ],
  ['a negative length', (parts) => put(parts, 'content-length: -5\r\n', parts.body)],
  ['a length that is a word', (parts) => put(parts, 'content-length: all\r\n', parts.body)],
  [
    'a length in hexadecimal digits',
    (parts) => put(parts, `content-length: 0x${length(parts.body).toString(16)}\r\n`, parts.body),
  ],
  [
    'a chunk size that is a word',
    (parts) => put(parts, 'transfer-encoding: chunked\r\n', `word\r\n${parts.body}\r\n0\r\n\r\n`),
  ],
  [
    'a chunk longer than it says',
    (parts) => put(parts, 'transfer-encoding: chunked\r\n', `2\r\n${parts.body}\r\n0\r\n\r\n`),
  ],
  [
    'a negative chunk size',
    (parts) => put(parts, 'transfer-encoding: chunked\r\n', `-4\r\n${parts.body}\r\n0\r\n\r\n`),
  ],
  ['an unknown transfer coding', (parts) => put(parts, 'transfer-encoding: rot13\r\n', parts.body)],
  [
    'a blank before the colon',
    (parts) => put(parts, `content-length : ${length(parts.body)}\r\n`, parts.body),
  ],
  [
    'a header without a colon',
    (parts) => put(parts, `nonsense\r\ncontent-length: ${length(parts.body)}\r\n`, parts.body),
  ],
  ['a request line of one word', (parts) => get(parts, 'GET')],
  ['a request line with a blank in its path', (parts) => get(parts, 'GET /v1/ status HTTP/1.1')],
  ['a version that is none', (parts) => get(parts, 'GET /v1/status HTTQ/1.1')],
  ['a method with a comma', (parts) => get(parts, 'GE,T /v1/status HTTP/1.1')],
  ['bytes of TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(120, '\x07')],
  ['a NUL in the request line', (parts) => get(parts, 'GET /v1/sta\0tus HTTP/1.1')],
];

/** What some servers take and others refuse (RFC 9112 sections 2.2, 3 and 5.2): no harm is all that is asked. */
const TOLERABLE: readonly (readonly [name: string, bytes: Bytes])[] = [
  [
    'two equal lengths',
    (parts) => get(parts, 'GET /v1/status HTTP/1.1', 'content-length: 0\r\ncontent-length: 0\r\n'),
  ],
  [
    'a folded header',
    (parts) => get(parts, 'GET /v1/status HTTP/1.1', 'x-folded: one\r\n two\r\n'),
  ],
  ['a NUL in a header', (parts) => get(parts, 'GET /v1/status HTTP/1.1', 'x-odd: a\0b\r\n')],
  ['lines that end without CR', (parts) => `GET /v1/status HTTP/1.1\nhost: ${parts.host}\n\n`],
  ['a blank line before the request', (parts) => `\r\n${get(parts, 'GET /v1/status HTTP/1.1')}`],
  ['no host', () => 'GET /v1/status HTTP/1.1\r\nconnection: close\r\n\r\n'],
  ['two hosts', (parts) => get(parts, 'GET /v1/status HTTP/1.1', 'host: elsewhere\r\n')],
  ['HTTP/1.0', () => 'GET /v1/status HTTP/1.0\r\n\r\n'],
  ['a request line of 100 kB', (parts) => get(parts, `GET /v1/${'x'.repeat(100_000)} HTTP/1.1`)],
  [
    'a header of 100 kB',
    (parts) => get(parts, 'GET /v1/status HTTP/1.1', `x-long: ${'y'.repeat(100_000)}\r\n`),
  ],
  [
    'five hundred headers',
    (parts) =>
      get(
        parts,
        'GET /v1/status HTTP/1.1',
        Array.from({ length: 500 }, (_, n) => `x-${n}: z\r\n`).join(''),
      ),
  ],
  ['a whole URL as target', (parts) => get(parts, `GET http://${parts.host}/v1/status HTTP/1.1`)],
  [
    'a length beside chunks',
    (parts) =>
      get(
        parts,
        'GET /v1/status HTTP/1.1',
        'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n',
      ),
  ],
];

export default scenario({
  id: 'contract/http/malformed',
  title: 'malformed HTTP is refused or cut off, changes nothing, and leaves the server well',
  decides: ['http.malformed-request', 'http.always-answers'],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    const before = await api.call('tenant_get_config', { tenant });
    const tenants = listedTenants(context, await api.call('tenant_list'));
    const exits = context.rig.unaskedExits.length;
    const token = api.token();
    const parts: Parts = {
      host: new URL(api.url).host,
      token: token === undefined ? '' : `authorization: Bearer ${token}\r\n`,
      body: JSON.stringify({ tenant_id: tenant, gc_horizon: 4_747_474 }),
    };
    await Promise.all([
      ...MALFORMED.map(([name, bytes]) => refuses(context, name, bytes(parts))),
      ...TOLERABLE.map(([name, bytes]) => survives(context, name, bytes(parts))),
    ]);
    await livesOn(api, tenant);
    context.check(
      'http.malformed-request',
      'the process lives on',
      context.rig.unaskedExits.length === exits,
      { message: 'the process ended over malformed HTTP' },
    );
    const after = await api.call('tenant_get_config', { tenant });
    mustShow(context, 'http.malformed-request', 'nothing was set', {
      exchange: after,
      expected: bodyObject(before),
      actual: bodyObject(after),
    });
    const list = await api.call('tenant_list');
    mustShow(context, 'http.malformed-request', 'nobody came or went', {
      exchange: list,
      expected: tenants,
      actual: listedTenants(context, list),
    });
  },
});

/** How long a server may think about bytes that make no sense, and once more after their end; then its being well is what counts. */
const PATIENCE_MS = 1000;

async function refuses(context: ScenarioContext, name: string, bytes: string): Promise<void> {
  const raw = await context.raw();
  const came = await raw.send({
    method: bytes.startsWith('PUT') ? 'PUT' : 'GET',
    bytes: Buffer.from(bytes, 'latin1'),
    timeoutMs: PATIENCE_MS,
    finish: true,
  });
  const { status } = came.answer;
  const isRefused = status === undefined || context.covers('malformed-http', status);
  context.weigh('malformed-http-accepted', name, isRefused, {
    message: `malformed HTTP (${name}) was answered with a success`,
    expected: '4xx, 5xx or a closed connection',
    actual: status,
    request: came.request,
  });
}

async function survives(context: ScenarioContext, name: string, bytes: string): Promise<void> {
  const raw = await context.raw();
  await raw.send({ method: 'GET', bytes: Buffer.from(bytes, 'latin1'), timeoutMs: PATIENCE_MS });
  const next = await context.raw();
  const came = await next.call('status');
  context.check('http.malformed-request', `well after ${name}`, came.answer.status === 200, {
    message: `after ${name} the server did not answer another connection`,
    actual: came.answer.status ?? came.ended,
    request: came.request,
  });
}

async function livesOn(api: Api, tenant: string): Promise<void> {
  for (const [name, operation, call] of [
    ['its status', 'status', {}],
    ['a tenant', 'tenant_status', { tenant }],
    ['the list', 'tenant_list', {}],
  ] as const) {
    await api.call(operation, {
      ...call,
      expect: {
        kind: 'success',
        name: `${name} is shown after all that`,
        requirement: 'http.always-answers',
      },
    });
  }
}
