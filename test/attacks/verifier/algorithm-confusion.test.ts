// Attack: have the token choose how it is checked: not at all, or with the public key taken for a shared secret.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AlgorithmName, createVerifier, verifyCompactJws } from '../../../src/verifier/index.ts';
import { base64url, createFakeKey, FakeIssuer, type FakeKey, signBytes } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer(
  createFakeKey('ES256', 'p256'),
  createFakeKey('Ed25519', 'ed'),
  createFakeKey('RS256', 'rsa'),
);
const [p256, ed, rsa] = issuer.keys as [FakeKey, FakeKey, FakeKey];

function tokenWith(alg: unknown, key: FakeKey, signature: (input: string) => string): string {
  const input = `${base64url(JSON.stringify(issuer.header({ alg }, key)))}.${base64url(JSON.stringify(issuer.claims()))}`;
  return `${input}.${signature(input)}`;
}

const spellings = [
  'none',
  'None',
  'NONE',
  'nOnE',
  '',
  ' none',
  'none ',
  'null',
  null,
  [],
  ['none'],
  ['ES256'],
  {},
  0,
  true,
];

describe.each(spellings)('alg %j', (alg) => {
  it.each([
    ['an empty', () => '', 'not_compact'],
    ['a junk', () => 'AAAA', 'wrong_alg'],
    ['a genuine', (input: string) => base64url(signBytes(p256, Buffer.from(input))), 'wrong_alg'],
  ])('is refused with %s signature', async (_, signature, reason) => {
    expect(await judge(issuer, tokenWith(alg, p256, signature))).toBe(reason);
  });
});

it('is refused without alg', async () => {
  const token = tokenWith(undefined, p256, (input) => base64url(signBytes(p256, Buffer.from(input))));
  expect(await judge(issuer, token)).toBe('wrong_alg');
});

it.each(['es256', 'Es256', 'ES256 ', 'ES256K', 'ES384', 'EdDSA', 'RS256'])(
  'is refused with alg %j for a key of ES256',
  async (alg) => {
    const token = tokenWith(alg, p256, (input) => base64url(signBytes(p256, Buffer.from(input))));
    expect(await judge(issuer, token, { algorithms: ['ES256', 'ES384', 'RS256'] })).toBe('wrong_alg');
  },
);

describe('a public key taken for a shared secret', () => {
  const pem = (key: FakeKey) => key.publicKey.export({ type: 'spki', format: 'pem' });
  const secrets: readonly [string, (key: FakeKey) => string | Buffer][] = [
    ['its PEM', pem],
    ['its PEM without the last line break', (key) => String(pem(key)).trim()],
    ['its PEM after white space', (key) => ` \n${pem(key)}`],
    ['its PEM after text', (key) => `key:\n${pem(key)}`],
    ['its DER', (key) => key.publicKey.export({ type: 'spki', format: 'der' })],
    ['its JWK', (key) => JSON.stringify(key.jwk)],
    ['its own bytes', (key) => Buffer.from(key.jwk.n ?? key.jwk.x ?? '', 'base64url')],
    ['nothing', () => ''],
  ];
  const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };
  const keys = [p256, ed, rsa];

  it.each(keys.flatMap((key) => secrets.map(([name, secretOf]) => ({ kid: key.kid, name, key, secretOf }))))(
    'is refused: $name, key $kid',
    async ({ key, secretOf }) => {
      for (const [alg, hash] of Object.entries(hashes)) {
        for (const claimed of [alg, key.alg]) {
          const mac = (input: string) => createHmac(hash, secretOf(key)).update(input).digest('base64url');
          const options = { algorithms: ['ES256', 'Ed25519', 'RS256'] } as const;
          const reason = claimed === key.alg ? 'wrong_signature' : 'wrong_alg';
          expect(await judge(issuer, tokenWith(claimed, key, mac), options)).toBe(reason);
        }
      }
    },
  );

  it.each(['HS256', 'HS384', 'HS512', 'none'])('cannot even be configured: %s', (alg) => {
    const options = { issuer: issuer.issuer, audience: 'x', algorithms: [alg as 'ES256'] };
    expect(() => createVerifier(options)).toThrow(/^algorithms: /);
  });
});

it('the function that checks nothing but a signature takes no algorithm from anyone either', async () => {
  const secret = Buffer.from('a secret of the length that HMAC asks for');
  const input = `${base64url('{"alg":"HS256"}')}.${base64url('{}')}`;
  const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  const jwks = [{ kty: 'oct', k: base64url(secret) }, p256.jwk, { ...p256.jwk, alg: 'HS256' }, {}, [], null];
  for (const algorithms of [['HS256'], ['none'], ['__proto__'], [undefined], []]) {
    for (const jwk of jwks) {
      const options = { algorithms: algorithms as unknown as readonly AlgorithmName[] };
      expect(await verifyCompactJws(token, jwk, options)).toMatchObject({ ok: false });
    }
  }
});

describe('a key without alg', () => {
  const bare = (key: FakeKey): FakeKey => ({ ...key, jwk: { ...key.jwk, alg: undefined as unknown as string } });

  it('is pinned by its type all the same', async () => {
    const own = new FakeIssuer(bare(p256));
    expect(await judge(own, own.token())).toBe('ok');
    expect(await judge(own, own.token({}, { alg: 'ES384' }), { algorithms: ['ES256', 'ES384'] })).toBe('wrong_alg');
  });

  it('is not used where the configuration leaves more than one algorithm open', async () => {
    const own = new FakeIssuer(bare(rsa));
    expect(await judge(own, own.token(), { algorithms: ['RS256'] })).toBe('ok');
    expect(await judge(own, own.token(), { algorithms: ['RS256', 'PS256'] })).toBe('unknown_key');
  });
});

it('takes the name EdDSA, which left the curve open, only where it is configured', async () => {
  const old = new FakeIssuer({ ...ed, jwk: { ...ed.jwk, alg: 'EdDSA' } });
  const token = old.token({}, { alg: 'EdDSA' });
  expect(await judge(old, token)).toBe('unknown_key');
  expect(await judge(old, token, { algorithms: ['EdDSA'] })).toBe('ok');
});
