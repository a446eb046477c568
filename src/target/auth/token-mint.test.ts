// Our tokens against an independent library.

import { importSPKI, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { UsageError } from '../../core/exit.ts';
import { createTokenMint, mintFor } from './token-mint.ts';

const mint = createTokenMint();
const claims = { scope: 'tenant', tenant_id: '1f359dd625e519a1a4e8d7509690f6fc' };
const verify = async (token: string) =>
  jwtVerify(token, await importSPKI(mint.publicKeyPem, 'EdDSA'), { algorithms: ['EdDSA'] });

test('a token is right for its own key only', async () => {
  expect((await verify(mint.mint(claims))).payload).toEqual(claims);
  await expect(verify(createTokenMint().mint(claims))).rejects.toThrow(/signature/);
});

test('a token ends when it says so', async () => {
  const exp = Math.floor(Date.now() / 1000);
  await verify(mint.mint({ ...claims, exp: exp + 60 }));
  await expect(verify(mint.mint({ ...claims, exp: exp - 60 }))).rejects.toThrow(/exp/);
});

test.each([
  ['no algorithm', { header: { alg: 'none' }, payload: claims, sign: () => new Uint8Array() }],
  ['an HMAC made with the public key', hmacToken()],
  ['a payload that is no JSON', { payload: 'nonsense' }],
  ['a header that is no JSON', { header: '{', payload: claims }],
  ['a changed signature', { payload: claims, sign: () => new Uint8Array(64) }],
])('broken on purpose: %s', async (_, token) => {
  await expect(verify(mint.mintRaw(token))).rejects.toThrow();
});

test('the key that a target needs', () => {
  expect(mintFor({ kind: 'none' })).toBeUndefined();
  expect(mintFor({ kind: 'jwt' })?.publicKeyPem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  expect(() => mintFor({ kind: 'jwt', privateKeyFile: '/nonexistent.pem' })).toThrow(UsageError);
});

function hmacToken() {
  return {
    header: { alg: 'HS256', typ: 'JWT' },
    payload: claims,
    sign: (input: string) => mint.signWithPublicKey(input),
  };
}
