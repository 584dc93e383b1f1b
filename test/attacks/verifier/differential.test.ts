// Attack: a token that two good verifiers do not agree about, of which one then guards the other's door. Ours beside jose's
// `jwtVerify`, told the same. Every disagreement is one of those below, in each of which ours is the stricter.
import { importJWK, type JWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { FakeIssuer, verdict } from '../../verifier/fake-issuer.ts';
import { oddTokens } from '../../verifier/odd-tokens.ts';

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
    for (const token of oddTokens(issuer)) {
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
