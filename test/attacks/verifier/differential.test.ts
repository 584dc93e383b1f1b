// Attack: a token that two good verifiers do not agree about, of which one then guards the other's door. Ours beside jose and
// fast-jwt, told the same. Every disagreement is one of those below, in each of which ours is the stricter.
import { createVerifier as createFastJwtVerifier } from 'fast-jwt';
import { importJWK, type JWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { FakeIssuer, verdict } from '../../verifier/fake-issuer.ts';
import { oddTokens } from '../../verifier/odd-tokens.ts';

/** Why ours refuses what both accept: the fault that ours finds, and why it counts. */
const stricterThanBoth: Readonly<Record<string, string>> = {
  duplicate_member: 'they read the last of two members of one name, others read the first',
  critical_extension: 'jose understands b64 and lets a header name what it understands; fast-jwt looks at neither',
  not_utf8: 'they replace what is not UTF-8 and keep lone surrogates',
  too_deep: 'they set no limit',
  wrong_lifetime: 'they look at the age of a token only where asked to',
  issued_in_future: 'they look at iat only where a greatest age is asked for',
  signed_in_in_future: 'a claim of RFC 9068, which they do not look into',
  malformed_sub: 'they check that it is there where asked to, not what it is',
  malformed_aud: 'they skip names that are no texts',
  malformed_client_id: 'a claim of RFC 9068, which they do not look into',
  malformed_sid: 'a claim of ours',
  malformed_jti: 'they check that it is there where asked to, not what it is',
  malformed_auth_time: 'a claim of RFC 9068, which they do not look into',
  malformed_scope: 'a claim of RFC 9068, which they do not look into',
  malformed_acr: 'a claim of RFC 9068, which they do not look into',
  malformed_amr: 'a claim of RFC 9068, which they do not look into',
  malformed_cnf: 'a claim of RFC 7800, which they do not look into',
  malformed_exp: 'they take fractions and negative times',
  malformed_iat: 'they take fractions and negative times',
  malformed_nbf: 'they take fractions and negative times',
  key_bound: 'a proof of the key is for the resource server to ask for, not for them',
  unknown_key: 'they were handed the key; ours looks it up by kid',
};

/** The same for one of them. */
const stricterThan = {
  jose: { not_base64url: 'jose takes padding, white space and left-over bits' },
  'fast-jwt': { wrong_iss: 'fast-jwt takes a list that has the issuer in it' },
};

const issuer = new FakeIssuer();
const verifier = issuer.verifier({ clockToleranceSeconds: 5 });

type Verdict = 'ok' | 'refused';

const requiredClaims = ['exp', 'iat', 'sub', 'client_id', 'jti', 'sid', 'auth_time'] as const;

async function joseVerdict(token: string): Promise<Verdict> {
  const options = {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: issuer.issuer,
    audience: issuer.audience,
    clockTolerance: 5,
    currentDate: new Date(issuer.now),
    requiredClaims: [...requiredClaims],
  };
  const key = await importJWK({ ...issuer.key.jwk } as JWK, 'ES256');
  return await jwtVerify(token, key, options).then(
    () => 'ok' as const,
    () => 'refused' as const,
  );
}

const checkWithFastJwt = createFastJwtVerifier({
  key: issuer.key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  algorithms: ['ES256'],
  checkTyp: 'at+jwt',
  allowedIss: issuer.issuer,
  allowedAud: issuer.audience,
  clockTolerance: 5000,
  clockTimestamp: issuer.now,
  requiredClaims: [...requiredClaims],
});

async function fastJwtVerdict(token: string): Promise<Verdict> {
  try {
    checkWithFastJwt(token);
    return 'ok';
  } catch {
    return 'refused';
  }
}

/** What ours says of a token that the other accepts; `undefined` where both refuse it. */
async function compare(token: string, other: (token: string) => Promise<Verdict>): Promise<string | undefined> {
  const [ours, theirs] = [await verdict(verifier, token), await other(token)];
  if (theirs === 'refused') return ours === 'ok' ? 'only ours accepts it' : undefined;
  return ours;
}

describe.each([
  { library: 'jose', judge: joseVerdict },
  { library: 'fast-jwt', judge: fastJwtVerdict },
] as const)('ours and $library', ({ library, judge }) => {
  it('agree about every token, but where ours is strict on purpose', async () => {
    const counts = new Map<string, number>();
    const unexplained: string[] = [];
    const strictOnPurpose = { ...stricterThanBoth, ...stricterThan[library] };
    for (const token of oddTokens(issuer)) {
      const found = (await compare(token, judge)) ?? 'both refuse it';
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
