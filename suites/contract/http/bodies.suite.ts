// What stands beside a request's content: its type in every spelling, a body where none belongs, Expect, chunks, headers of
// every kind.

import { type Api, type CallOptions, type ScenarioContext, scenario } from '#suite';
import { givenTenant } from '../shared/given.ts';
import { bodyObject, mustShow } from '../shared/seen.ts';

/** Spellings of the documented type (RFC 9110 section 8.3.1). */
const RIGHT_TYPES = [
  'application/json',
  'Application/JSON',
  'APPLICATION/JSON',
  'application/json;charset=utf-8',
  'application/json; charset=UTF-8',
  'application/json; charset="utf-8"',
  'application/json ; charset=utf-8',
] as const;

const WRONG_TYPES = [
  null,
  'text/plain',
  'text/json',
  'application/xml',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=iso-8859-1',
  'json',
  '*/*',
] as const;

/** Headers that a server must be indifferent to; each value is sent with a read. */
const HARMLESS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a type that it would rather have', { accept: 'application/json' }],
  ['any type', { accept: '*/*' }],
  ['encodings', { 'accept-encoding': 'gzip;q=0, identity' }],
  ['a language', { 'accept-language': 'de-CH, de;q=0.9' }],
  ['a header that nobody knows', { 'x-nobody-knows': 'this' }],
  ['a header of 4 kB', { 'x-long': 'y'.repeat(4_096) }],
  ['an empty header', { 'x-empty': '' }],
  ['bytes beyond ASCII in a header', { 'x-latin': 'Z\u00fcrich' }],
  ['a cookie', { cookie: 'a=b; c=d' }],
  ['a cache that wants it fresh', { 'cache-control': 'no-cache' }],
  ['a trace', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }],
  ['forwarding', { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7' }],
];

export default scenario({
  id: 'contract/http/bodies',
  title:
    'the type of a body is read in every spelling; headers and bodies that do not matter do no harm',
  decides: ['http.content-type', 'http.valid-forms', 'http.always-answers'],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    await contentTypes(context, api, tenant);
    await headers(api, tenant);
    await sentOtherwise(context, api, tenant);
    await bodiesOnReads(context, tenant);
  },
});

async function contentTypes(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  for (const [index, type] of RIGHT_TYPES.entries()) {
    const value = 1_000_000 + index;
    await api.call('tenant_config', {
      tenant,
      body: { tenant_id: tenant, gc_horizon: value },
      headers: { 'content-type': type },
      expect: {
        kind: 'success',
        rule: 'refuses-valid',
        name: `type ${type}`,
        requirement: 'http.valid-forms',
      },
    });
    await mustHold(context, api, tenant, value, `set with type ${type}`);
  }
  for (const type of WRONG_TYPES) {
    await api.call('tenant_config', {
      tenant,
      body: { tenant_id: tenant, gc_horizon: 7 },
      headers: { 'content-type': type },
      expect: {
        kind: 'refusal',
        statuses: [400],
        cause: type === null ? 'a body without a type' : `a body of type ${type}`,
        name: type === null ? 'no type' : `type ${type}`,
        requirement: 'http.content-type',
        weight: 'schema',
      },
    });
  }
  await api.call('tenant_config', {
    tenant,
    rawBody: '',
    headers: { 'content-length': '0' },
    expect: {
      kind: 'refusal',
      statuses: [400],
      cause: 'an empty body',
      name: 'no body',
      requirement: 'http.content-type',
      weight: 'schema',
    },
  });
}

async function mustHold(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  value: number,
  name: string,
): Promise<void> {
  const shown = await api.call('tenant_get_config', { tenant });
  const overrides = bodyObject(shown).tenant_specific_overrides as Record<string, unknown>;
  mustShow(context, 'http.valid-forms', name, {
    exchange: shown,
    expected: value,
    actual: overrides?.gc_horizon,
  });
}

async function headers(api: Api, tenant: string): Promise<void> {
  for (const [name, extra] of HARMLESS) {
    await api.call('tenant_status', {
      tenant,
      headers: extra,
      expect: { kind: 'success', name: `with ${name}`, requirement: 'http.always-answers' },
    });
  }
}

/** The same body in chunks, and announced by Expect (RFC 9110 section 10.1.1; a 417 is right as well). */
async function sentOtherwise(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const body = (value: number): string => JSON.stringify({ tenant_id: tenant, gc_horizon: value });
  const token = api.token();
  const head = [
    'PUT /v1/tenant/config HTTP/1.1',
    `host: ${new URL(api.url).host}`,
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    'content-type: application/json',
    'connection: close',
  ].join('\r\n');
  const chunked = (text: string): string =>
    [...text].map((letter) => `1\r\n${letter}\r\n`).join('');
  const ways: readonly (readonly [string, string, number])[] = [
    [
      'in chunks of one byte',
      `${head}\r\ntransfer-encoding: chunked\r\n\r\n${chunked(body(2_000_001))}0\r\n\r\n`,
      2_000_001,
    ],
    [
      'in one chunk with an extension and a trailer',
      `${head}\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n` +
        `${body(2_000_002).length.toString(16)};note=1\r\n${body(2_000_002)}\r\n0\r\nx-sum: 1\r\n\r\n`,
      2_000_002,
    ],
    [
      'announced by Expect',
      `${head}\r\nexpect: 100-continue\r\ncontent-length: ${body(2_000_003).length}\r\n\r\n${body(2_000_003)}`,
      2_000_003,
    ],
  ];
  for (const [name, bytes, value] of ways) {
    const raw = await context.raw();
    const came = await raw.send({ operation: 'tenant_config', tenant, method: 'PUT', bytes });
    const { status } = came.answer;
    const mayRefuse = status === 417 && name.endsWith('Expect');
    context.weigh('refuses-valid', `a body ${name}`, status === 200 || mayRefuse, {
      message: `a body ${name} was not taken`,
      expected: 200,
      actual: status ?? came.ended,
      request: came.request,
    });
    if (status === 200) await mustHold(context, api, tenant, value, `set by a body ${name}`);
  }
}

/** A body on a read means nothing; a server may refuse it, but must not read it as the next request. */
async function bodiesOnReads(context: ScenarioContext, tenant: string): Promise<void> {
  const calls: readonly (readonly [string, CallOptions])[] = [
    ['status', {}],
    ['tenant_status', { tenant }],
    ['tenant_list', {}],
    ['tenant_get_config', { tenant }],
  ];
  for (const [operation, call] of calls) {
    const raw = await context.raw();
    const came = await raw.call(operation, {
      ...call,
      rawBody: 'GET /v1/nothing HTTP/1.1\r\nhost: x\r\n\r\n',
      until: 'answer',
    });
    const { status } = came.answer;
    const isAnswered = status !== undefined || came.ended !== 'open';
    context.check('http.always-answers', `${operation} with a body`, isAnswered, {
      message: `${operation} with a body was neither answered nor cut off`,
      request: came.request,
    });
    const next = await raw.call('status');
    context.check(
      'http.always-answers',
      `the request after ${operation} with a body`,
      next.answer.status === 200 || next.bytes.length === 0,
      {
        message: 'the body of a read was taken for the next request',
        actual: next.bytes.toString('latin1'),
        request: next.request,
      },
    );
  }
}
