// Checks a SigV4 signature (AWS Signature Version 4, "Create a signed request", S3 rules: the path is encoded once).
// Own code, not aws4: a server has to start from what arrived, in whatever spelling, not from what it would send.
import { hash, timingSafeEqual } from 'node:crypto';
import type { Address } from '../address.ts';
import { decode } from '../address.ts';
import { S3Error } from '../error.ts';
import type { Authorization } from './authorization.ts';
import { type HmacKey, hmac, hmacKey } from './hmac.ts';

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string;
  readonly address: Address;
  /** Names and values in turn, as `IncomingMessage.rawHeaders` has them. */
  readonly rawHeaders: readonly string[];
  readonly authorization: Authorization;
}

/** Checks signatures; derived keys are remembered, for they change once a day. */
export class SignatureVerifier {
  readonly #keys = new Map<string, HmacKey>();

  /** Throws `SignatureDoesNotMatch` (403). */
  verify(request: SignedRequest, secretKey: string): void {
    const { authorization } = request;
    const canonical = canonicalRequest(request);
    const digest = hash('sha256', canonical, 'hex');
    const text = `AWS4-HMAC-SHA256\n${authorization.date}\n${authorization.scope}\n${digest}`;
    const expected = hmac(this.#signingKey(authorization.scope, secretKey), text);
    const given = Buffer.from(authorization.signature, 'hex');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
      { AWSAccessKeyId: authorization.accessKey, CanonicalRequest: canonical },
    );
  }

  #signingKey(scope: string, secretKey: string): HmacKey {
    const id = `${secretKey}\n${scope}`;
    let key = this.#keys.get(id);
    if (!key) {
      key = hmacKey(Buffer.from(`AWS4${secretKey}`));
      for (const part of scope.split('/')) key = hmacKey(hmac(key, part));
      if (this.#keys.size > 1000) this.#keys.clear();
      this.#keys.set(id, key);
    }
    return key;
  }
}

function canonicalRequest(request: SignedRequest): string {
  const { method, address, rawHeaders, authorization } = request;
  const headers = new Map<string, string[]>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    const value = rawHeaders[index + 1]!.trim().replace(/\s+/g, ' ');
    const values = headers.get(name);
    if (values) values.push(value);
    else headers.set(name, [value]);
  }
  const lines = authorization.signedHeaders.map(
    (name) => `${name}:${(headers.get(name) ?? []).join(',')}\n`,
  );
  const path = address.rawPath.split('/').map((segment) => encode(decode(segment)));
  const payload = headers.get('x-amz-content-sha256')?.[0];
  return [
    method,
    path.join('/') || '/',
    canonicalQuery(address.rawQuery),
    lines.join(''),
    authorization.signedHeaders.join(';'),
    payload ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
}

function canonicalQuery(raw: string): string {
  if (raw === '') return '';
  const pairs: [string, string][] = [];
  for (const pair of raw.split('&')) {
    const equals = pair.indexOf('=');
    const name = encode(decode(equals < 0 ? pair : pair.slice(0, equals)));
    const value = encode(decode(equals < 0 ? '' : pair.slice(equals + 1).replaceAll('+', ' ')));
    if (name !== '' && name !== 'X-Amz-Signature') pairs.push([name, value]);
  }
  pairs.sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as the signature wants it. */
function encode(text: string): string {
  if (/^[A-Za-z0-9\-._~]*$/.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
