// Makes the tokens that a target checks: JWTs signed with Ed25519 (RFC 7519, RFC 8037), right ones and broken ones.

import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UsageError } from '../../core/exit.ts';
import type { TargetAuth } from '../definition.ts';

/** Claims as the best-known implementation names them; more may be added. */
export interface TokenClaims {
  /** `pageserverapi` (everything) or `tenant` (that tenant's own operations). */
  readonly scope?: string;
  readonly tenant_id?: string;
  /** Seconds since 1970 from which on the token no longer counts. */
  readonly exp?: number;
  readonly [claim: string]: unknown;
}

/** A token as it should not be: each part can be anything. */
export interface RawToken {
  /** An object is written as JSON, a text as it stands. Default `{"alg":"EdDSA","typ":"JWT"}`. */
  readonly header?: object | string;
  readonly payload: object | string;
  /** Signs `header.payload`; default: our key. */
  readonly sign?: (input: string) => Uint8Array;
}

/** One key pair and the tokens it can make. */
export interface TokenMint {
  /** The public half as PEM (SPKI), which the target is started with. */
  readonly publicKeyPem: string;
  /** A right token. */
  mint(claims: TokenClaims): string;
  /** A token that is wrong in the way that is asked for. */
  mintRaw(token: RawToken): string;
  /** HMAC-SHA256 with the public PEM as the secret: what a server that lets the token choose its algorithm would take. */
  signWithPublicKey(input: string): Uint8Array;
}

const HEADER = { alg: 'EdDSA', typ: 'JWT' };

/** A mint with a new key. */
export function createTokenMint(): TokenMint {
  return mintOf(generateKeyPairSync('ed25519').privateKey);
}

/**
 * The mint for a target: with a key of its own, or the user's where the target runs already; undefined where it takes no
 * tokens. Throws UsageError when the user's key can't be read.
 */
export function mintFor(auth: TargetAuth): TokenMint | undefined {
  if (auth.kind === 'none') return undefined;
  return auth.privateKeyFile === undefined ? createTokenMint() : loadMint(auth.privateKeyFile);
}

function loadMint(file: string): TokenMint {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new UsageError(`The private key ${file} can't be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new UsageError(
      `The private key ${file} is ${key.asymmetricKeyType}; it must be Ed25519.`,
    );
  }
  return mintOf(key);
}

function mintOf(privateKey: KeyObject): TokenMint {
  const publicKeyPem = createPublicKey(privateKey)
    .export({ type: 'spki', format: 'pem' })
    .toString();
  const signOwn = (input: string): Uint8Array => sign(null, Buffer.from(input), privateKey);
  function mintRaw(token: RawToken): string {
    const input = `${encode(token.header ?? HEADER)}.${encode(token.payload)}`;
    const signature = (token.sign ?? signOwn)(input);
    return `${input}.${Buffer.from(signature).toString('base64url')}`;
  }
  return {
    publicKeyPem,
    mint: (claims) => mintRaw({ payload: claims }),
    mintRaw,
    signWithPublicKey: (input) => createHmac('sha256', publicKeyPem).update(input).digest(),
  };
}

function encode(part: object | string): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}
