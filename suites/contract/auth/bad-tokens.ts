// Tokens that prove nothing, each wrong in one way, and what is wrong with it in words.

import { type CallOptions, createTokenMint, type TokenMint } from '#suite';

/** One wrong token. */
export interface BadToken {
  readonly cause: string;
  readonly requirement: string;
  /** Statuses that fit; 403 too where the token may well be read, but says too little. */
  readonly statuses: readonly number[];
  /** What the call has instead of a right token. */
  readonly call: Pick<CallOptions, 'token' | 'headers'>;
}

const HEADER = { alg: 'EdDSA', typ: 'JWT' };
const RIGHT = { scope: 'pageserverapi' };

/** All of them. `tenant` is the one that the calls are about. */
export function badTokens(tokens: TokenMint, tenant: string): readonly BadToken[] {
  return [
    ...malformed(tokens),
    ...algorithms(tokens),
    ...signatures(tokens, tenant),
    ...claims(tokens, tenant),
    ...ended(tokens, tenant),
  ];
}

type Row = readonly [cause: string, token: string | null];

function rows(requirement: string, statuses: readonly number[], list: readonly Row[]): BadToken[] {
  return list.map(([cause, token]) => ({ cause, requirement, statuses, call: { token } }));
}

function malformed(tokens: TokenMint): BadToken[] {
  const right = tokens.mint(RIGHT);
  const [head, payload, signature] = right.split('.') as [string, string, string];
  return [
    ...rows('auth.token-required', [401], [['no token', null]]),
    ...rows(
      'auth.malformed-token',
      [401],
      [
        ['a word for a token', 'token'],
        ['a token of one part', payload],
        ['a token without a signature', `${head}.${payload}`],
        ['a token of four parts', `${right}.${signature}`],
        ['a token whose header is no JSON', tokens.mintRaw({ header: '{', payload: RIGHT })],
        ['a token whose payload is no JSON', tokens.mintRaw({ payload: '{"scope":' })],
        [
          'a token with a letter that is not base64url',
          `${head}.!${payload.slice(1)}.${signature}`,
        ],
      ],
    ),
    ...(
      [
        ['a header without a token', 'Bearer'],
        ['a token without a scheme', right],
        ['the scheme Basic', `Basic ${right}`],
        ['the scheme Token', `Token ${right}`],
      ] as const
    ).map(([cause, authorization]) => ({
      cause,
      requirement: 'auth.malformed-token',
      statuses: [401],
      call: { token: null, headers: { authorization } },
    })),
  ];
}

function algorithms(tokens: TokenMint): BadToken[] {
  const unsigned = (alg: string): string => {
    const token = tokens.mintRaw({ header: { alg, typ: 'JWT' }, payload: RIGHT });
    return token.slice(0, token.lastIndexOf('.') + 1);
  };
  return rows(
    'auth.algorithm',
    [401],
    [
      ['the algorithm none', unsigned('none')],
      ['the algorithm None', unsigned('None')],
      ['the algorithm NONE', unsigned('NONE')],
      [
        'HS256 with the public key as secret',
        tokens.mintRaw({
          header: { alg: 'HS256', typ: 'JWT' },
          payload: RIGHT,
          sign: (input) => tokens.signWithPublicKey(input),
        }),
      ],
      [
        'the algorithm ES256 over a signature of ours',
        tokens.mintRaw({ header: { alg: 'ES256', typ: 'JWT' }, payload: RIGHT }),
      ],
      ['no algorithm', tokens.mintRaw({ header: { typ: 'JWT' }, payload: RIGHT })],
    ],
  );
}

function signatures(tokens: TokenMint, tenant: string): BadToken[] {
  const own = { scope: 'tenant', tenant_id: tenant };
  const stranger = createTokenMint();
  const right = tokens.mint(RIGHT);
  const [head, payload, signature] = right.split('.') as [string, string, string];
  const [, , otherSignature] = tokens.mint(own).split('.') as [string, string, string];
  const flipped = Buffer.from(signature, 'base64url');
  flipped[10]! ^= 1;
  const raised = Buffer.from(JSON.stringify(RIGHT)).toString('base64url');
  return rows(
    'auth.signature',
    [401],
    [
      ['a signature by another key', stranger.mint(RIGHT)],
      ['a tenant token signed by another key', stranger.mint(own)],
      ['one bit of the signature changed', `${head}.${payload}.${flipped.toString('base64url')}`],
      ['half of the signature', `${head}.${payload}.${signature.slice(0, 43)}`],
      ['the signature of another token', `${head}.${payload}.${otherSignature}`],
      ['claims raised after signing', `${head}.${raised}.${otherSignature}`],
      ['an empty signature', `${head}.${payload}.`],
    ],
  );
}

function claims(tokens: TokenMint, tenant: string): BadToken[] {
  const of = (payload: object | string): string => tokens.mintRaw({ header: HEADER, payload });
  const tenantOf = (id: unknown): string => of({ scope: 'tenant', tenant_id: id });
  return rows(
    'auth.claims',
    [401, 403],
    [
      ['claims without a scope', of({ tenant_id: tenant })],
      ['no claims at all', of({})],
      ['a scope that nobody knows', of({ scope: 'administrator' })],
      ['a scope in another case', of({ scope: 'PageServerApi' })],
      ['an empty scope', of({ scope: '' })],
      ['a number for a scope', of({ scope: 7 })],
      ['null for a scope', of({ scope: null })],
      ['a list of scopes', of({ scope: ['pageserverapi'] })],
      ['claims that are a list', of('["pageserverapi"]')],
      ['a tenant scope without a tenant', of({ scope: 'tenant' })],
      ['a tenant scope with null for the tenant', tenantOf(null)],
      ['a tenant scope with an empty tenant', tenantOf('')],
      ['a tenant scope with 31 digits', tenantOf(tenant.slice(1))],
      ['a tenant scope with a word for the tenant', tenantOf('*')],
      ['a tenant scope with a number for the tenant', tenantOf(7)],
      ['a word for the end of the token', of({ ...RIGHT, exp: 'never' })],
    ],
  );
}

/** Longer than any grace and than the clocks of two machines differ, in seconds. */
const ENDED_S = 3_600;

/** What is over, is over everywhere: an operation may have a check of its own, or remember what it once found right. */
function ended(tokens: TokenMint, tenant: string): BadToken[] {
  const exp = Math.floor(Date.now() / 1000) - ENDED_S;
  return rows(
    'auth.expiry',
    [401],
    [
      [`a token that ended ${ENDED_S} s ago`, tokens.mint({ ...RIGHT, exp })],
      [
        `a tenant token that ended ${ENDED_S} s ago`,
        tokens.mint({ scope: 'tenant', tenant_id: tenant, exp }),
      ],
    ],
  );
}
