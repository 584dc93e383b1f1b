/**
 * Tokens under a good key that are odd in one way each: a member that is missing, of another type, said twice; numbers, texts
 * and nesting at the edge of what JSON is; encodings that some readers forgive. What each comes to is for a test to say.
 */
import { type FakeIssuer, type Members, newSid, signRaw } from './fake-issuer.ts';

function oddities({ issuer, audience, now: milliseconds }: FakeIssuer): readonly unknown[] {
  const now = milliseconds / 1000;
  return [
    undefined,
    null,
    '',
    'x',
    0,
    1,
    -1,
    0.5,
    1e308,
    true,
    [],
    ['x'],
    [1],
    {},
    { x: 1 },
    now,
    now - 10,
    now + 10,
    now + 4,
    now - 4,
    now + 900.5,
    issuer,
    [issuer],
    audience,
    [audience, 'x'],
    [audience, 1],
    'at+jwt',
    'AT+JWT',
    'application/at+jwt',
    'JWT',
    'ES256',
    'none',
    newSid(milliseconds),
    { jkt: 'A'.repeat(43) },
    'ß😀',
    '\ud800',
    ['b64'],
    ['exp'],
  ];
}

const claimNames = [
  'iss',
  'sub',
  'aud',
  'client_id',
  'iat',
  'exp',
  'nbf',
  'jti',
  'sid',
  'auth_time',
  'scope',
  'acr',
  'amr',
  'cnf',
  'x',
  '__proto__',
];
const headerNames = ['alg', 'typ', 'kid', 'crit', 'b64', 'cty', 'zip', 'jwk', 'jku', 'x5c', 'x', '__proto__'];

function textsOf(issuer: FakeIssuer): { header: string; payload: string } {
  return { header: JSON.stringify(issuer.header()), payload: JSON.stringify(issuer.claims()) };
}

const withMember = (text: string, name: string, value: string) =>
  `${text.slice(0, -1)},${JSON.stringify(name)}:${value}}`;
const changing = (members: Members, name: string, value: unknown) => JSON.stringify({ ...members, [name]: value });
const numbers = [
  '1e999',
  '-0',
  '1.0',
  '1.79e9',
  '1790000000.0',
  '0x10',
  '01',
  '1e400',
  '123456789012345678901234567890',
];

function* oddMembers(issuer: FakeIssuer, value: unknown): Generator<string> {
  const { header, payload } = textsOf(issuer);
  for (const name of claimNames) {
    yield signRaw(issuer.key, header, changing(issuer.claims(), name, value));
    if (value !== undefined) yield signRaw(issuer.key, header, withMember(payload, name, JSON.stringify(value)));
  }
  for (const name of headerNames) {
    yield signRaw(issuer.key, changing(issuer.header(), name, value), payload);
    if (value !== undefined) yield signRaw(issuer.key, withMember(header, name, JSON.stringify(value)), payload);
  }
}

/** Every one of them, a few good ones among them. */
export function* oddTokens(issuer: FakeIssuer): Generator<string> {
  const { header, payload } = textsOf(issuer);
  for (const value of oddities(issuer)) yield* oddMembers(issuer, value);
  for (const number of numbers) {
    for (const name of ['exp', 'iat', 'nbf', 'auth_time', 'x']) {
      yield signRaw(issuer.key, header, changing(issuer.claims(), name, '@').replace('"@"', number));
    }
  }
  const token = issuer.token();
  const [first = '', second = '', third = ''] = token.split('.');
  yield* [
    token,
    `${token}=`,
    `${token}A`,
    ` ${token}`,
    `${token}\n`,
    `${first}..${third}`,
    `${first}=.${second}.${third}`,
  ];
  yield* [`${first}.${second}.`, `${first}.${second}`, `${token}.x.y`, '', '.', '..', '...', 'x.y.z'];
  for (const deep of [10, 31, 32, 200]) {
    yield signRaw(issuer.key, header, withMember(payload, 'deep', '['.repeat(deep) + ']'.repeat(deep)));
  }
  for (const byte of [0x00, 0x80, 0xc0, 0xff]) {
    yield signRaw(
      issuer.key,
      header,
      Buffer.concat([Buffer.from(`${payload.slice(0, -1)},"b":"`), Buffer.of(byte), Buffer.from('"}')]),
    );
  }
  yield signRaw(issuer.key, header, `\ufeff${payload}`);
  yield signRaw(issuer.key, `\ufeff${header}`, payload);
  yield signRaw(issuer.key, header, `[${payload}]`);
  yield signRaw(issuer.key, header, ` ${payload}\n`);
}
