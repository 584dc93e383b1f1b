// Attack: have the token choose the key: by a `kid` that is more than a name, or by bringing or naming a key of its own.
import { expect, it } from 'vitest';
import { createFakeKey, FakeIssuer } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const kids: readonly unknown[] = [
  '../../dev/null',
  '/dev/null',
  "' OR 1=1--",
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '\0',
  'key-1\0',
  'k'.repeat(4000),
  undefined,
  null,
  0,
  {},
  [],
  ['p256'],
  { toString: 'p256' },
  'P256',
  'p256 ',
];

it.each(kids)('refuses a token whose kid is %j', async (kid) => {
  const issuer = new FakeIssuer(createFakeKey('ES256', 'p256'));
  expect(await judge(issuer, issuer.token({}, { kid }))).toBe('unknown_key');
});

it('refuses a kid of a megabyte before it is read', async () => {
  const issuer = new FakeIssuer(createFakeKey('ES256', 'p256'));
  expect(await judge(issuer, issuer.token({}, { kid: 'k'.repeat(1_000_000) }))).toBe('too_long');
});

it('ignores keys and addresses that a token brings, and asks nobody but the issuer', async () => {
  const issuer = new FakeIssuer(createFakeKey('ES256', 'p256'));
  const mallory = createFakeKey('ES256', 'p256');
  const canary = 'https://canary.example.net/keys.json';
  const brought = { jku: canary, x5u: canary, jwk: mallory.jwk, x5c: ['MIIB'], x5t: 'AAAA', iss: issuer.issuer };
  expect(await judge(issuer, issuer.token({}, brought, mallory))).toBe('wrong_signature');
  expect(await judge(issuer, issuer.token({}, { ...brought, kid: undefined }, mallory))).toBe('unknown_key');
  expect(await judge(issuer, issuer.token({}, { ...brought, kid: 'canary' }, mallory))).toBe('unknown_key');
  expect(new Set(issuer.requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([issuer.issuer]));
});

it('finds a key of the issuer under a name that is also one of every object', async () => {
  const issuer = new FakeIssuer(createFakeKey('ES256', '__proto__'));
  expect(await judge(issuer, issuer.token())).toBe('ok');
});
