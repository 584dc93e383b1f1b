// Attack: keys that prove nothing: too short, of a flawed generator, no point of their curve, secrets shown in public, or two
// under one name.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JwkSet } from '../../../src/protocol/wire.ts';
import type { AlgorithmName, VerifierEvent } from '../../../src/verifier/index.ts';
import { createFakeKey, engines, FakeIssuer, type FakeKey, type Members, verdict } from '../../verifier/fake-issuer.ts';

const good = createFakeKey('ES256', 'good');
const ed = createFakeKey('Ed25519', 'ed');
const rsa = createFakeKey('RS256', 'rsa');
const accepted: readonly AlgorithmName[] = ['ES256', 'Ed25519', 'RS256'];

/** What comes of a set with these keys: events, and the verdict on a token of the first. */
async function tryKeys(keys: readonly unknown[], signer: FakeKey = good, useWebCrypto = false) {
  const issuer = new FakeIssuer(signer);
  issuer.answers.set('/.well-known/jwks.json', () => Response.json({ keys }));
  const events: VerifierEvent[] = [];
  const verifier = issuer.verifier({ algorithms: accepted, useWebCrypto, onEvent: (event) => events.push(event) });
  return { verdict: await verdict(verifier, issuer.token()), events };
}

describe('a set is refused as a whole', () => {
  const privateJwk = good.privateKey.export({ format: 'jwk' }) as Members;
  const cases: Readonly<Record<string, readonly [reason: string, keys: readonly unknown[]]>> = {
    'where two keys have one name': ['duplicate_kid', [good.jwk, { ...ed.jwk, kid: 'good' }]],
    'where a name is there twice, one of no use': ['duplicate_kid', [good.jwk, { kty: 'X', kid: 'good' }]],
    'where it shows a private key': ['private_key', [good.jwk, { ...ed.jwk, d: 'AAAA' }]],
    'where the key itself is private': ['private_key', [{ ...good.jwk, d: privateJwk.d }]],
    'where it shows a prime of an RSA key': ['private_key', [good.jwk, { ...rsa.jwk, p: 'AAAA' }]],
    'where it shows a shared secret': ['symmetric_key', [good.jwk, { kty: 'oct', k: 'AAAA', kid: 'mac' }]],
    'where a key has a secret beside it': ['symmetric_key', [{ ...good.jwk, k: 'AAAA' }]],
    'where an HMAC key is empty': ['symmetric_key', [good.jwk, { kty: 'oct', k: '', kid: 'mac', alg: 'HS256' }]],
    'where it holds more keys than anyone needs': ['too_many_keys', [good.jwk, ...new Array(100).fill({})]],
  };

  it.each(Object.entries(cases))('%s', async (_, [reason, keys]) => {
    expect(await tryKeys(keys)).toMatchObject({ verdict: 'no_keys', events: [{ type: 'keys_failed', reason }] });
  });

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'])('where it shows %s, whatever it has there', async (name) => {
    for (const value of ['AAAA', '', null]) {
      const { events } = await tryKeys([good.jwk, { ...rsa.jwk, [name]: value }]);
      expect(events).toEqual([{ type: 'keys_failed', reason: 'private_key' }]);
    }
  });

  it.each([null, [], {}, { keys: {} }, { keys: null }, 'keys', 7])('where it is none: %j', async (value) => {
    const issuer = new FakeIssuer(good);
    issuer.answers.set('/.well-known/jwks.json', () => Response.json(value));
    expect(await verdict(issuer.verifier(), issuer.token())).toBe('no_keys');
  });

  it('and at construction, where it is given there, by a TypeError', () => {
    const issuer = new FakeIssuer(good);
    const doubled: JwkSet = { keys: [good.jwk, good.jwk] };
    expect(() => issuer.verifier({ jwks: doubled })).toThrow('jwks: duplicate_kid');
    const encrypting = { keys: [{ ...good.jwk, use: 'enc' }] } as unknown as JwkSet;
    expect(() => issuer.verifier({ jwks: encrypting })).toThrow('jwks: a key cannot be used: wrong_use');
  });
});

describe('a key is left out', () => {
  const changed = (key: FakeKey, changes: Members) => ({ ...key.jwk, ...changes });
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  const p384 = createFakeKey('ES384').jwk;
  const offCurve = Buffer.from(good.jwk.y ?? '', 'base64url');
  offCurve[31] = (offCurve[31] ?? 0) ^ 1;
  const modulus = Buffer.from(rsa.jwk.n ?? '', 'base64url');

  const cases: Readonly<Record<string, readonly [reason: string, jwk: unknown]>> = {
    'for encryption': ['wrong_use', changed(good, { use: 'enc' })],
    'of no use': ['wrong_use', changed(good, { use: '' })],
    'for signing, which is not for the public': ['wrong_key_ops', changed(good, { key_ops: ['sign'] })],
    'for signing and verifying': ['wrong_key_ops', changed(good, { key_ops: ['sign', 'verify'] })],
    'for nothing': ['wrong_key_ops', changed(good, { key_ops: [] })],
    'for something odd': ['wrong_key_ops', changed(good, { key_ops: 'verify' })],
    'without a name': ['no_kid', changed(good, { kid: undefined })],
    'with a number for a name': ['no_kid', changed(good, { kid: 7 })],
    'of another curve than its algorithm': ['wrong_alg', changed(good, { crv: 'P-384' })],
    'of another type than its algorithm': ['wrong_alg', changed(good, { kty: 'RSA' })],
    'of an algorithm that is not accepted': ['wrong_alg', p384],
    'of an unknown type': ['wrong_alg', changed(good, { kty: 'AKP', alg: 'ML-DSA-44' })],
    'of the curve for agreeing on keys': ['wrong_alg', changed(ed, { crv: 'X25519' })],
    'for HMAC by its own account': ['wrong_alg', changed(good, { alg: 'HS256' })],
    'with a coordinate missing': ['malformed_key', changed(good, { y: undefined })],
    'with a short coordinate': ['malformed_key', changed(good, { x: good.jwk.x?.slice(0, 40) })],
    'with a long coordinate': ['malformed_key', changed(good, { x: `AA${good.jwk.x}` })],
    'with a coordinate in another alphabet': ['malformed_key', changed(good, { x: `${good.jwk.x?.slice(0, 42)}=` })],
    'with a number for a coordinate': ['malformed_key', changed(good, { x: 7 })],
    'that is no point of the curve': ['malformed_key', changed(good, { y: offCurve.toString('base64url') })],
    'that is the origin': ['malformed_key', changed(good, { x: 'A'.repeat(43), y: 'A'.repeat(43) })],
    'of Ed25519 and short': ['malformed_key', changed(ed, { x: 'AAAA' })],
    'of Ed25519 and of order 1': ['weak_key', changed(ed, { x: `AQ${'A'.repeat(41)}` })],
    'of Ed25519 and of order 4': ['weak_key', changed(ed, { x: 'A'.repeat(43) })],
    'of RSA with 1024 bits': ['weak_key', { ...short, kid: 'short', alg: 'RS256', use: 'sig' }],
    'of RSA with 2047 bits': ['weak_key', changed(rsa, { n: halved(modulus).toString('base64url') })],
    'of RSA with 16384 bits': ['weak_key', changed(rsa, { n: Buffer.alloc(2048, 0xff).toString('base64url') })],
    'of RSA with a modulus that starts with 0': [
      'malformed_key',
      changed(rsa, { n: Buffer.concat([Buffer.alloc(1), modulus]).toString('base64url') }),
    ],
    'of RSA without a modulus': ['malformed_key', changed(rsa, { n: '' })],
    'of RSA with exponent 1': ['weak_key', changed(rsa, { e: 'AQ' })],
    'of RSA with exponent 2': ['weak_key', changed(rsa, { e: 'Ag' })],
    'of RSA with exponent 0': ['malformed_key', changed(rsa, { e: 'AA' })],
    'of RSA with an even exponent': ['weak_key', changed(rsa, { e: 'AQAA' })],
    'of RSA with an exponent that takes for ever': [
      'weak_key',
      changed(rsa, { e: Buffer.alloc(256, 0xff).toString('base64url') }),
    ],
    'that is no object': ['not_an_object', 'a key'],
    'that is null': ['not_an_object', null],
  };

  describe.each(engines)('on $engine', ({ useWebCrypto }) => {
    it.each(Object.entries(cases))('%s, and the others are used', async (_, [reason, jwk]) => {
      const other = createFakeKey('ES256', 'another');
      const { verdict: found, events } = await tryKeys([jwk, other.jwk], other, useWebCrypto);
      expect(found).toBe('ok');
      expect(events).toEqual([{ type: 'keys_loaded', kids: ['another'], ignored: [{ kid: kidOf(jwk), reason }] }]);
    });
  });

  it('and its tokens are refused', async () => {
    expect((await tryKeys([changed(good, { use: 'enc' })])).verdict).toBe('unknown_key');
  });
});

it('a key may say what it is for in every way that fits', async () => {
  const jwk = { ...good.jwk, key_ops: ['verify'], alg: undefined, use: undefined, extra: {} };
  expect((await tryKeys([jwk])).verdict).toBe('ok');
});

function kidOf(jwk: unknown): string | undefined {
  const kid = (jwk as { kid?: unknown } | null)?.kid;
  return typeof kid === 'string' ? kid : undefined;
}

function halved(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[0] = (changed[0] ?? 0) >> 1;
  return changed;
}
