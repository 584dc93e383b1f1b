// Attack: a proof that is anything but a fresh one, by this key, for this request (RFC 9449 section 4.3, its twelve checks).
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkProof, type ProofRequest } from '../../../src/server/dpop/check-proof.ts';
import { createDpopNonces } from '../../../src/server/dpop/dpop-nonces.ts';
import { createRootKeys } from '../../../src/server/keys/root-secrets.ts';
import { createProofKey, encode, type ProofOrder, sha256 } from '../../dpop/proof-key.ts';

const nonces = createDpopNonces(createRootKeys(['a root secret of 32 characters, at least'], 'https://auth.example'));
const now = Date.UTC(2026, 10, 23);
const url = 'https://api.example/transfers';
const accessToken = 'an.access.token';
const request: ProofRequest = { method: 'POST', url, now, requiresNonce: false, accessToken };
const key = createProofKey();
const good: ProofOrder = { url, now, accessToken };

function judge(header: string, at: ProofRequest = request): string {
  const verified = checkProof(header, at, nonces);
  return verified.ok ? 'ok' : verified.reason;
}

const withHeader = (header: ProofOrder['header']) => judge(key.prove({ ...good, ...(header ? { header } : {}) }));
const withClaims = (claims: ProofOrder['claims']) => judge(key.prove({ ...good, ...(claims ? { claims } : {}) }));

it('takes the good one', () => {
  expect(judge(key.prove(good))).toBe('ok');
});

it('1: one header', () => {
  const [first, second] = [key.prove(good), key.prove(good)];
  expect(judge(`${first}, ${second}`)).toBe('several_proofs');
  expect(judge(`${first},${first}`)).toBe('several_proofs');
});

it('2: one well-formed JWT', () => {
  const [head, payload, signature] = key.prove(good).split('.');
  for (const text of [
    '',
    '.',
    '..',
    'x',
    `${head}.${payload}`,
    `${head}.${payload}.`,
    `${head}.${payload}.${signature}.x`,
  ]) {
    expect(judge(text)).toBe('not_compact');
  }
  expect(judge(`${head}.${payload}.${signature}=`)).toBe('not_base64url');
  expect(judge(`${head}.${payload}=.${signature}`)).toBe('not_base64url');
  expect(judge(`${head}.${encode('[]')}.${signature}`)).toBe('not_a_json_object');
  expect(judge(`${head}.${encode('{"jti":"a","jti":"b"}')}.${signature}`)).toBe('duplicate_member');
  expect(judge(key.prove({ ...good, claims: { filler: 'x'.repeat(4_096) } }))).toBe('too_long');
  expect(withHeader({ crit: ['b64'], b64: false })).toBe('critical_extension');
});

describe('3: every claim, and as what it should be', () => {
  it.each([
    ['jti', [undefined, null, '', 7, ['a'], 'x'.repeat(257)]],
    ['htm', [undefined, null, 7, ['POST']]],
    ['htu', [undefined, null, 7, [url]]],
    ['iat', [undefined, null, '1', 1.5, -1, 1e300, [now / 1000]]],
    ['nonce', [null, 7, ['a'], {}]],
    ['ath', [null, 7, [sha256(accessToken)]]],
  ])('%s', (name, values) => {
    for (const value of values) expect(withClaims({ [name]: value })).toBe('malformed_claims');
  });
});

it('4: the type', () => {
  for (const typ of [undefined, null, 'JWT', 'at+jwt', 'DPoP+JWT', 'application/dpop+jwt', 'dpop+jwt ', ['dpop+jwt']]) {
    expect(withHeader({ typ })).toBe('wrong_typ');
  }
});

it('5: an asymmetric algorithm that is known here', () => {
  const names = [undefined, null, 'none', 'None', 'HS256', 'RS256', 'ES384', 'EdDSA', 'es256', ' ES256', ['ES256'], ''];
  for (const alg of names) expect(withHeader({ alg })).toBe('wrong_alg');
});

it('5: no secret in place of a key, whatever it says it is', () => {
  const secret = Buffer.from('a shared secret');
  const head = encode({ typ: 'dpop+jwt', alg: 'HS256', jwk: { kty: 'oct', k: secret.toString('base64url') } });
  const [, payload] = key.prove(good).split('.');
  const mac = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url');
  expect(judge(`${head}.${payload}.${mac}`)).toBe('wrong_alg');
  expect(withHeader({ jwk: { kty: 'oct', k: secret.toString('base64url') } })).toBe('private_key');
});

it('6: a signature with the key in it', () => {
  const other = createProofKey();
  const [head, payload, signature = ''] = key.prove(good).split('.');
  const [, otherPayload, otherSignature] = key.prove(good).split('.');
  const forged = [
    `${head}.${payload}.${otherSignature}`,
    `${head}.${otherPayload}.${signature}`,
    `${head}.${payload}.${encode('x'.repeat(64))}`,
    `${head}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
    `${head}.${payload}.${Buffer.from(signature, 'base64url').subarray(0, 63).toString('base64url')}`,
    `${head}.${payload}.${Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.of(0)]).toString('base64url')}`,
    `${head}.${payload}.AA`,
  ];
  for (const proof of forged) expect(judge(proof)).toBe('wrong_signature');
  expect(withHeader({ jwk: other.jwk })).toBe('wrong_signature');
});

it('6: a key that is a point on its curve', () => {
  const x = Buffer.alloc(32, 7).toString('base64url');
  expect(withHeader({ jwk: { ...key.jwk, x } })).toBe('wrong_signature');
  expect(withHeader({ jwk: { ...key.jwk, y: key.jwk.x } })).toBe('wrong_signature');
});

it('6: a key that not every signature fits', () => {
  const ed = createProofKey('Ed25519');
  const withKey = (x: string) => judge(ed.prove({ ...good, header: { jwk: { ...ed.jwk, x } } }));
  expect(withKey(ed.jwk.x ?? '')).toBe('ok');
  for (const x of [`AQ${'A'.repeat(41)}`, 'A'.repeat(43)]) expect(withKey(x)).toBe('malformed_key');
});

it('7: the public key alone, and nothing that is no key', () => {
  expect(withHeader({ jwk: key.privateJwk })).toBe('private_key');
  for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
    expect(withHeader({ jwk: { ...key.jwk, [name]: '' } })).toBe('private_key');
  }
  const ed = createProofKey('Ed25519');
  const others = [
    undefined,
    null,
    'x',
    [],
    {},
    ed.jwk,
    { ...key.jwk, crv: 'P-384' },
    { ...key.jwk, kty: 'OKP' },
    { ...key.jwk, kty: undefined },
    { ...key.jwk, x: `${key.jwk.x}=` },
    { ...key.jwk, x: key.jwk.x?.slice(2) },
    { ...key.jwk, y: 7 },
    { ...key.jwk, alg: 'Ed25519' },
    { ...key.jwk, use: 'enc' },
  ];
  for (const jwk of others) expect(withHeader({ jwk })).toBe('malformed_key');
});

it('8: the method', () => {
  for (const htm of ['GET', 'post', 'POST ', '', 'PUT']) expect(withClaims({ htm })).toBe('wrong_htm');
});

it('9: the address', () => {
  const others = [
    'https://api.example/transfer',
    'https://api.example/transfers/',
    'https://api.example/',
    'http://api.example/transfers',
    'https://api.example.evil/transfers',
    'https://evil.example/transfers',
    'https://api.example:8443/transfers',
    'https://ada@api.example/transfers',
    '/transfers',
    '',
  ];
  for (const htu of others) expect(withClaims({ htu })).toBe('wrong_htu');
  for (const htu of ['https://API.example:443/transfers', `${url}?a=1`, `${url}#a`]) {
    expect(withClaims({ htu })).toBe('ok');
  }
  expect(judge(key.prove(good), { ...request, url: `${url}?amount=5` })).toBe('ok');
});

it('10: the nonce', () => {
  expect(withClaims({ nonce: 'made up' })).toBe('wrong_nonce');
  expect(withClaims({ nonce: nonces.issue(now - 600_000) })).toBe('wrong_nonce');
  expect(judge(key.prove(good), { ...request, requiresNonce: true })).toBe('missing_nonce');
});

it('11: the time', () => {
  for (const seconds of [-3_600, -61, 61, 3_600]) {
    expect(withClaims({ iat: now / 1000 + seconds })).toBe('wrong_iat');
  }
});

it('12: the access token, and no other', () => {
  expect(withClaims({ ath: sha256('another.access.token') })).toBe('wrong_ath');
  expect(withClaims({ ath: undefined })).toBe('wrong_ath');
  expect(withClaims({ ath: accessToken })).toBe('wrong_ath');
  expect(judge(key.prove(good), { ...request, accessToken: undefined })).toBe('wrong_ath');
});
