// Attack: a genuine token of another issuer, or for another resource server, or about nobody in particular.
import { describe, expect, it } from 'vitest';
import { createFakeKey, FakeIssuer, newSid } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();
const own = 'https://api.example.com';
const similar = [
  'https://api.example.com/',
  'https://api.example.co',
  'https://api.example.com.evil.net',
  'https://API.example.com',
  'http://api.example.com',
  'https://api.example.com:443',
  ' https://api.example.com',
  'https://evil.net/https://api.example.com',
  '',
];

describe('the audience', () => {
  it.each(similar)('is not %j', async (aud) => {
    expect(await judge(issuer, issuer.token({ aud }))).toMatch(/^(wrong|malformed)_aud$/);
    expect(await judge(issuer, issuer.token({ aud: [aud] }))).toMatch(/^(wrong|malformed)_aud$/);
  });

  it.each([undefined, null, 0, {}, [], [own, 1], [own, null], [[own]], { 0: own, length: 1 }])(
    'cannot be %j',
    async (aud) => {
      expect(await judge(issuer, issuer.token({ aud }))).toBe('malformed_aud');
    },
  );

  it('may be one of several, on either side', async () => {
    const token = issuer.token({ aud: ['https://other.example.com', own] });
    expect(await judge(issuer, token)).toBe('ok');
    expect(await judge(issuer, token, { audience: ['https://third.example.com', own] })).toBe('ok');
    expect(await judge(issuer, token, { audience: ['https://third.example.com'] })).toBe('wrong_aud');
  });
});

describe('the issuer', () => {
  const changed = [
    'https://auth.example.com/',
    'https://AUTH.example.com',
    'http://auth.example.com',
    'https://auth.example.com.evil.net',
    '',
  ];
  it.each([
    ...changed,
    undefined,
    null,
    0,
    {},
    ['https://auth.example.com'],
    ['https://auth.example.com', 'https://evil.net'],
  ])('is not %j', async (iss) => {
    expect(await judge(issuer, issuer.token({ iss }))).toBe('wrong_iss');
  });

  it('is the one whose key it is, though another has a key of the same name', async () => {
    const evil = new FakeIssuer(createFakeKey('ES256', issuer.key.kid));
    expect(await judge(issuer, evil.token())).toBe('wrong_signature');
    expect(await judge(issuer, evil.token({ iss: 'https://evil.example.net' }))).toBe('wrong_iss');
  });
});

describe('the other claims', () => {
  const malformed = {
    sub: [undefined, null, '', 0, {}, ['alice'], 'a'.repeat(256)],
    client_id: [undefined, null, '', 7, {}],
    jti: [undefined, null, '', 7, {}],
    sid: [
      undefined,
      null,
      '',
      7,
      {},
      'A'.repeat(21),
      'A'.repeat(23),
      `${newSid(1).slice(0, 21)}!`,
      `${'A'.repeat(21)}B`,
    ],
    scope: [null, 7, ['read'], {}],
    acr: [null, '', 7, []],
    amr: [null, 'pwd', [], [1], ['']],
    cnf: [
      null,
      7,
      'x',
      {},
      { jkt: 7 },
      { jkt: 'short' },
      { 'x5t#S256': 'A'.repeat(43) },
      { jkt: 'A'.repeat(43), jwk: {} },
    ],
  };
  const cases = Object.entries(malformed).flatMap(([name, values]) => values.map((value) => ({ name, value })));

  it.each(cases)('are refused: $name as $value', async ({ name, value }) => {
    expect(await judge(issuer, issuer.token({ [name]: value }))).toBe(`malformed_${name}`);
  });

  it('may have a subject of 255 characters', async () => {
    expect(await judge(issuer, issuer.token({ sub: 'a'.repeat(255) }))).toBe('ok');
  });
});

it('a token that is bound to a key is refused as a bearer token (RFC 9449 section 7.2)', async () => {
  expect(await judge(issuer, issuer.token({ cnf: { jkt: 'A'.repeat(43) } }))).toBe('key_bound');
});
