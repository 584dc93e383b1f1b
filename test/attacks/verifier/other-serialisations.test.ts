// Attack: something that another part of the same standards would read: an encrypted token, a token in a token, JSON.
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { base64url, FakeIssuer, signBytes, signRaw } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();
const token = issuer.token();
const [header = '', payload = '', signature = ''] = token.split('.');

it.each([
  ['five parts', `${header}.${payload}.${signature}.AAAA.AAAA`],
  ['four parts', `${token}.AAAA`],
  ['two parts', `${header}.${payload}`],
  [
    'an encrypted token that asks for a billion rounds',
    jwe({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1e9, p2s: 'AAAA' }),
  ],
  ['an encrypted token that inflates', jwe({ alg: 'dir', enc: 'A128GCM', zip: 'DEF' })],
  ['general JSON', JSON.stringify({ payload, signatures: [{ protected: header, signature }] })],
  ['flattened JSON', JSON.stringify({ payload, protected: header, signature })],
  ['JSON with a compact token in it', JSON.stringify({ token })],
])('refuses %s', async (_, text) => {
  expect(await judge(issuer, text)).toMatch(/^(not_compact|not_base64url)$/);
});

it('refuses a token in a token', async () => {
  expect(await judge(issuer, signRaw(issuer.key, JSON.stringify(issuer.header({ cty: 'JWT' })), token))).toBe(
    'not_a_json_object',
  );
});

it('does not inflate what says that it is compressed', async () => {
  const input = `${base64url(JSON.stringify(issuer.header({ zip: 'DEF' })))}.${base64url(deflateRawSync(JSON.stringify(issuer.claims())))}`;
  expect(await judge(issuer, `${input}.${base64url(signBytes(issuer.key, Buffer.from(input)))}`)).toMatch(/^not_/);
});

it.each([undefined, null, 0, {}, [], ['a.b.c'], new Uint8Array(3)])('refuses %j, which is no text', async (value) => {
  expect(await judge(issuer, value as string)).toBe('not_compact');
});

function jwe(protectedHeader: object): string {
  return [JSON.stringify(protectedHeader), 'key', 'iv', 'ciphertext', 'tag'].map((part) => base64url(part)).join('.');
}
