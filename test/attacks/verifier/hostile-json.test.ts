// Attack: JSON that is deep enough to break its reader, or that reaches for the prototype of every object.
import { expect, it } from 'vitest';
import { FakeIssuer, signRaw } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();
const header = JSON.stringify(issuer.header());
const claims = JSON.stringify(issuer.claims());
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

it.each([
  ['[', ']'],
  ['{"a":', '1}'],
])('is refused nested too deeply with %s', async (open, close) => {
  for (const depth of [32, 500]) {
    const value = open === '[' ? nested(depth, open, close) : `${open.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(await judge(issuer, signRaw(issuer.key, header, claims.replace('{', `{"deep":${value},`)))).toBe('too_deep');
    expect(await judge(issuer, signRaw(issuer.key, header.replace('{', `{"deep":${value},`), claims))).toBe('too_deep');
  }
});

it('is refused at any depth that the limit on length lets in', async () => {
  const deep = (depth: number) => signRaw(issuer.key, `{"deep":${nested(depth, '[', ']')},${header.slice(1)}`, claims);
  expect(await judge(issuer, deep(100_000))).toBe('too_long');
  expect(await judge(issuer, deep(20_000), { maxTokenLength: 65_536 })).toBe('too_deep');
});

it('is good nested as deeply as allowed', async () => {
  expect(
    await judge(issuer, signRaw(issuer.key, header, claims.replace('{', `{"deep":${nested(31, '[', ']')},`))),
  ).toBe('ok');
});

it('leaves the prototype of objects alone, and its claims can be written out again', async () => {
  const hostile = claims.replace(
    '{',
    '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"toJSON":1,',
  );
  const result = await issuer.verifier().verify(signRaw(issuer.key, header, hostile));
  if (!result.ok) throw new Error(result.error.detail);
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
  expect((result.claims as { admin?: boolean }).admin).toBeUndefined();
  expect(Object.getPrototypeOf(result.claims)).toBe(Object.prototype);
  expect(JSON.parse(JSON.stringify(result.claims))).toEqual(JSON.parse(hostile));
});

it('does not take a claim from a prototype', async () => {
  const { sub, ...others } = issuer.claims();
  const hostile = JSON.stringify(others).replace('{', `{"__proto__":{"sub":"${sub}"},`);
  expect(await judge(issuer, signRaw(issuer.key, header, hostile))).toBe('malformed_sub');
});

it.each(['', 'null', '[]', '"text"', '7', '{', '{"a":1}x', '{"a":1}{"b":2}', "{'a':1}", '{"a":1,}', '/**/{}', 'NaN'])(
  'is refused where it is no JSON object: %j',
  async (text) => {
    expect(await judge(issuer, signRaw(issuer.key, text === '' ? ' ' : text, claims))).toBe('not_a_json_object');
    expect(await judge(issuer, signRaw(issuer.key, header, text))).toBe('not_a_json_object');
  },
);
