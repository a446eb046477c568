// Signatures: the worked examples of the S3 API reference ("Signature Calculations"), both ways.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from '../address.ts';
import { parseAuthorization } from './authorization.ts';
import { hmac, hmacKey } from './hmac.ts';
import { SignatureVerifier } from './signature.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const BODY = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072';

interface Example {
  readonly method: string;
  readonly target: string;
  readonly signature: string;
  /** Signed headers beside host, date and content hash, with their values. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

const EXAMPLES: readonly Example[] = [
  {
    method: 'GET',
    target: '/test.txt',
    headers: { range: 'bytes=0-9' },
    payload: EMPTY,
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    method: 'PUT',
    target: '/test$file.text',
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    payload: BODY,
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    method: 'GET',
    target: '/?lifecycle',
    headers: {},
    payload: EMPTY,
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    method: 'GET',
    target: '/?max-keys=2&prefix=J',
    headers: {},
    payload: EMPTY,
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
];

function verify(example: Example, secret: string): void {
  const headers: Record<string, string> = {
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-content-sha256': example.payload,
    'x-amz-date': '20130524T000000Z',
    ...example.headers,
  };
  const signed = Object.keys(headers).sort().join(';');
  const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signed},Signature=${example.signature}`;
  const address = parseAddress(example.target, headers.host, 'examplebucket');
  const authorization = parseAuthorization(headers, address);
  expect(authorization.accessKey).toBe('AKIAIOSFODNN7EXAMPLE');
  const rawHeaders = Object.entries(headers).flat();
  const { method } = example;
  new SignatureVerifier().verify({ method, address, rawHeaders, authorization }, secret);
}

test.each(EXAMPLES)('$method $target is signed right', (example) => {
  verify(example, SECRET);
});

test.each<[string, Partial<Example>]>([
  ['method', { method: 'POST' }],
  ['path', { target: '/test.text' }],
  ['query', { target: '/test.txt?a' }],
  ['header', { headers: { range: 'bytes=0-8' } }],
  ['payload', { payload: BODY }],
])('another %s is not', (_part, change) => {
  expect(() => verify({ ...EXAMPLES[0]!, ...change }, SECRET)).toThrow('does not match');
  expect(() => verify(EXAMPLES[0]!, `${SECRET}x`)).toThrow('does not match');
});

test('the key`s code is what the crypto module makes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.string(), (key, text) => {
      const expected = createHmac('sha256', key).update(text).digest('hex');
      expect(hmac(hmacKey(Buffer.from(key)), text).toString('hex')).toBe(expected);
    }),
  );
});

test('a presigned request tells its key, and is refused once it has expired', () => {
  const query = (date: string): string =>
    `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20130524%2Fus-east-1%2Fs3%2Faws4_request` +
    `&X-Amz-Date=${date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00`;
  const parse = (date: string) =>
    parseAuthorization({}, parseAddress(`/b/k?${query(date)}`, '', 'b'));
  expect(parse('20990101T000000Z')).toMatchObject({ accessKey: 'AK', presigned: true });
  expect(() => parse('20130524T000000Z')).toThrow('expired');
});
