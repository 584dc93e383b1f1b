// Attack: a member named twice, of which one reader sees the first and another the last (RFC 7515 section 4, RFC 7519
// section 4).
import { expect, it } from 'vitest';
import { FakeIssuer, signRaw } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();
const header = JSON.stringify(issuer.header());
const claims = JSON.stringify(issuer.claims());
const adding = (text: string, member: string) => [`{${member},${text.slice(1)}`, `${text.slice(0, -1)},${member}}`];

it.each([
  '"alg":"none"',
  '"alg":"ES256"',
  '"kid":"other"',
  '"typ":"JWT"',
  '"\\u0061lg":"none"',
  '"al\\u0067" : "none"',
])('is refused in the header: %s', async (member) => {
  for (const text of adding(header, member)) {
    expect(await judge(issuer, signRaw(issuer.key, text, claims))).toBe('duplicate_member');
  }
});

it.each([
  '"sub":"mallory"',
  '"exp":4000000000',
  '"aud":[]',
  '"s\\u0075b":"mallory"',
  '"sid" : null',
  '"sub":{"a":{"b":":"}}',
])('is refused in the payload: %s', async (member) => {
  for (const text of adding(claims, member)) {
    expect(await judge(issuer, signRaw(issuer.key, header, text))).toBe('duplicate_member');
  }
});

it.each([
  '"cnf":{"jkt":"a","jkt":"b"}',
  '"deep":{"a":{"b":1,"\\u0062":2}}',
  '"list":[{"a":1},{"a":1,"a":2}]',
  '"act":{"__proto__":1,"__proto__":2}',
  '"act":{"":1,"":2}',
])('is refused inside a member: %s', async (member) => {
  for (const text of adding(claims, member)) {
    expect(await judge(issuer, signRaw(issuer.key, header, text))).toBe('duplicate_member');
  }
  for (const text of adding(header, member)) {
    expect(await judge(issuer, signRaw(issuer.key, text, claims))).toBe('duplicate_member');
  }
});

it('is refused where the two are __proto__', async () => {
  const text = adding(claims, '"__proto__":1,"__proto__":2')[0] ?? '';
  expect(await judge(issuer, signRaw(issuer.key, header, text))).toBe('duplicate_member');
});

it('is not seen where there is none: colons and braces in texts, objects in objects, empty names', async () => {
  const note = { a: ':', 'b":{': '{"sub":1}', c: [{ sub: 1 }, { sub: 2 }], '': { sub: { sub: '\\"' } }, '\\': '\\\\' };
  expect(await judge(issuer, issuer.token({ note, '': 1, ':': 2, '{': 3, '"': 4, '\\': 5 }))).toBe('ok');
  expect(await judge(issuer, signRaw(issuer.key, ` ${header} `, `\n{ ${claims.slice(1)}\t`))).toBe('ok');
});
