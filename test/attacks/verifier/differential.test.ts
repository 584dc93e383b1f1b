// Attack: a token that two good verifiers do not agree about, of which one then guards the other's door. Ours beside jose's
// `jwtVerify`, told the same. Every disagreement is one of those below, in each of which ours is the stricter.
import { importJWK, type JWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { FakeIssuer, type Members, newSid, signRaw, verdict } from '../../verifier/fake-issuer.ts';

/** Why ours refuses what jose accepts: the fault that ours finds, and why it counts. */
const strictOnPurpose: Readonly<Record<string, string>> = {
  duplicate_member: 'jose reads the last of two members of one name, others read the first',
  critical_extension: 'jose understands b64 and lets a header name what it understands',
  not_utf8: 'jose replaces what is not UTF-8, skips byte order marks and keeps lone surrogates',
  not_base64url: 'jose takes padding, white space and left-over bits',
  too_deep: 'jose sets no limit',
  wrong_lifetime: 'jose looks at the age of a token only where asked to',
  issued_in_future: 'jose looks at iat only where a greatest age is asked for',
  signed_in_in_future: 'a claim of RFC 9068, which jose does not look into',
  malformed_sub: 'jose checks that it is there where asked to, not what it is',
  malformed_aud: 'jose skips names that are no texts',
  malformed_client_id: 'a claim of RFC 9068, which jose does not look into',
  malformed_sid: 'a claim of ours',
  malformed_jti: 'jose checks that it is there where asked to, not what it is',
  malformed_auth_time: 'a claim of RFC 9068, which jose does not look into',
  malformed_scope: 'a claim of RFC 9068, which jose does not look into',
  malformed_acr: 'a claim of RFC 9068, which jose does not look into',
  malformed_amr: 'a claim of RFC 9068, which jose does not look into',
  malformed_cnf: 'a claim of RFC 7800, which jose does not look into',
  malformed_exp: 'jose takes fractions and negative times',
  malformed_iat: 'jose takes fractions and negative times',
  malformed_nbf: 'jose takes fractions and negative times',
  key_bound: 'a proof of the key is for the resource server to ask for, not for jose',
  unknown_key: 'jose was handed the key; ours looks it up by kid',
};

const issuer = new FakeIssuer();
const verifier = issuer.verifier({ clockToleranceSeconds: 5 });
const now = issuer.now / 1000;

async function joseVerdict(token: string): Promise<'ok' | 'refused'> {
  const options = {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: issuer.issuer,
    audience: issuer.audience,
    clockTolerance: 5,
    currentDate: new Date(issuer.now),
    requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti', 'sid', 'auth_time'],
  };
  const key = await importJWK({ ...issuer.key.jwk } as JWK, 'ES256');
  return await jwtVerify(token, key, options).then(
    () => 'ok' as const,
    () => 'refused' as const,
  );
}

const oddities: readonly unknown[] = [
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
  issuer.issuer,
  [issuer.issuer],
  issuer.audience,
  [issuer.audience, 'x'],
  [issuer.audience, 1],
  'at+jwt',
  'AT+JWT',
  'application/at+jwt',
  'JWT',
  'ES256',
  'none',
  newSid(issuer.now),
  { jkt: 'A'.repeat(43) },
  'ß😀',
  '\ud800',
  ['b64'],
  ['exp'],
];
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

const header = JSON.stringify(issuer.header());
const payload = JSON.stringify(issuer.claims());
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

function* odd(value: unknown): Generator<string> {
  for (const name of claimNames) {
    yield signRaw(issuer.key, header, changing(issuer.claims(), name, value));
    if (value !== undefined) yield signRaw(issuer.key, header, withMember(payload, name, JSON.stringify(value)));
  }
  for (const name of headerNames) {
    yield signRaw(issuer.key, changing(issuer.header(), name, value), payload);
    if (value !== undefined) yield signRaw(issuer.key, withMember(header, name, JSON.stringify(value)), payload);
  }
}

function* corpus(): Generator<string> {
  for (const value of oddities) yield* odd(value);
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

/** What ours says of a token that jose accepts; `undefined` where both refuse it. */
async function compare(token: string): Promise<string | undefined> {
  const [ours, theirs] = [await verdict(verifier, token), await joseVerdict(token)];
  if (theirs === 'refused') return ours === 'ok' ? 'only ours accepts it' : undefined;
  return ours;
}

describe('ours and jose', () => {
  it('agree about every token, but where ours is strict on purpose', async () => {
    const counts = new Map<string, number>();
    const unexplained: string[] = [];
    for (const token of corpus()) {
      const found = (await compare(token)) ?? 'both refuse it';
      counts.set(found, (counts.get(found) ?? 0) + 1);
      const isExplained = found in strictOnPurpose || found === 'ok' || found === 'both refuse it';
      if (!isExplained) unexplained.push(`${found}: ${token}`);
    }
    expect(unexplained).toEqual([]);
    expect(counts.get('ok')).toBeGreaterThan(100);
    expect(counts.get('both refuse it')).toBeGreaterThan(500);
    // An explanation of nothing would be one that nobody has checked.
    const explained = [...counts.keys()].filter((found) => found in strictOnPurpose);
    expect(explained.toSorted()).toEqual(Object.keys(strictOnPurpose).toSorted());
  });
});
