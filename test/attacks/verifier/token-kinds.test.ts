// Attack: a token of the same issuer, signed with the same key, but made for something else (RFC 8725 section 3.12).
import { expect, it } from 'vitest';
import { FakeIssuer } from '../../verifier/fake-issuer.ts';
import { judge } from './refusal.ts';

const issuer = new FakeIssuer();

const otherTypes: readonly unknown[] = [
  undefined,
  '',
  'JWT',
  'jwt',
  'rt+jwt',
  'secevent+jwt',
  'application/secevent+jwt',
  'statuslist+jwt',
  'dpop+jwt',
  'dbsc+jwt',
  'logout+jwt',
  'token-introspection+jwt',
  'at+jwt ',
  ' at+jwt',
  'at+jwt;v=1',
  'at',
  'at+JWS',
  'application/ at+jwt',
  'text/at+jwt',
  'application/application/at+jwt',
  null,
  ['at+jwt'],
  { toString: 'at+jwt' },
  1,
];

it.each(otherTypes)('refuses typ %j', async (typ) => {
  expect(await judge(issuer, issuer.token({}, { typ }))).toBe('wrong_typ');
});

it.each(['at+jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'Application/AT+jwt'])('accepts typ %j', async (typ) => {
  expect(await judge(issuer, issuer.token({}, { typ }))).toBe('ok');
});

it.each([
  ['a security event', { exp: undefined, sub: undefined, events: {}, sub_id: { format: 'opaque', id: 'x' } }],
  ['a proof of possession', { htm: 'GET', htu: 'https://api.example.com/', iss: undefined, sub: undefined }],
  ['a status list', { status_list: { bits: 1, lst: 'AA' }, client_id: undefined, aud: undefined }],
  ['a refresh token', { aud: `${issuer.issuer}/token` }],
  ['an ID token', { nonce: 'n', client_id: undefined, jti: undefined, sid: undefined }],
])('refuses %s that calls itself an access token', async (_, claims) => {
  expect(await judge(issuer, issuer.token(claims))).not.toBe('ok');
});
