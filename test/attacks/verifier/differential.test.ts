// Attack: a token that two good verifiers do not agree about, of which one then guards the other's door. Ours beside jose and
// fast-jwt, told the same. Every disagreement is one of those below, in each of which ours is the stricter.
import { createVerifier as createFastJwtVerifier } from 'fast-jwt';
import { compactVerify, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { type AlgorithmName, algorithms } from '../../../src/verifier/algorithms.ts';
import { verifyCompactJws } from '../../../src/verifier/index.ts';
import { readKeySetVectors, readSignatureVectors } from '../../vectors/read-vectors.ts';
import { createFakeKey, FakeIssuer, verdict } from '../../verifier/fake-issuer.ts';
import { createMutator, createRandom } from '../../verifier/mutate-token.ts';
import { oddTokens } from '../../verifier/odd-tokens.ts';

/** Why ours refuses what both accept: the fault that ours finds, and why it counts. */
const stricterThanBoth: Readonly<Record<string, string>> = {
  duplicate_member: 'they read the last of two members of one name, others read the first',
  critical_extension: 'jose understands b64 and lets a header name what it understands; fast-jwt looks at neither',
  not_utf8: 'they replace what is not UTF-8 and keep lone surrogates',
  too_deep: 'they set no limit',
  wrong_lifetime: 'they look at the age of a token only where asked to',
  issued_in_future: 'they look at iat only where a greatest age is asked for',
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

/** What the public vectors call invalid, ours refuses and jose takes, by number. */
const takenByJose = {
  signatures: { 353: 'a key for encryption', 354: 'a key for encryption' },
  keySets: { 7: 'a key of a flawed generator', 9: 'a key with exponent 1', 21: 'a key for encryption' },
} as const;

type Verdict = 'ok' | 'refused';
type Judge = (token: string) => Promise<Verdict>;

const requiredClaims = ['exp', 'iat', 'sub', 'client_id', 'jti', 'sid', 'auth_time'] as const;

function judgeWithJose(issuer: FakeIssuer): Judge {
  const options = {
    algorithms: [issuer.key.alg],
    typ: 'at+jwt',
    issuer: issuer.issuer,
    audience: issuer.audience,
    requiredClaims: [...requiredClaims],
    clockTolerance: 5,
    currentDate: new Date(issuer.now),
  };
  const key = importJWK(issuer.key.jwk as JWK, issuer.key.alg);
  return async (token) =>
    jwtVerify(token, await key, options).then(
      () => 'ok' as const,
      () => 'refused' as const,
    );
}

function judgeWithFastJwt(issuer: FakeIssuer): Judge {
  const check = createFastJwtVerifier({
    key: issuer.key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    algorithms: ['ES256'],
    checkTyp: 'at+jwt',
    allowedIss: issuer.issuer,
    allowedAud: issuer.audience,
    clockTolerance: 5000,
    clockTimestamp: issuer.now,
    requiredClaims: [...requiredClaims],
  });
  return async (token) => {
    try {
      check(token);
      return 'ok';
    } catch {
      return 'refused';
    }
  };
}

/** How often ours comes to which verdict on what the other accepts, and what nobody has explained. */
async function compare(issuer: FakeIssuer, judge: Judge, tokens: Iterable<string>, explained: object) {
  const verifier = issuer.verifier({ clockToleranceSeconds: 5, algorithms: [issuer.key.alg] });
  const counts = new Map<string, number>();
  const unexplained: string[] = [];
  for (const token of tokens) {
    const [ours, theirs] = [await verdict(verifier, token), await judge(token)];
    const found = theirs === 'ok' ? ours : ours === 'ok' ? 'only ours accepts it' : 'both refuse it';
    counts.set(found, (counts.get(found) ?? 0) + 1);
    const isExplained = found in explained || found === 'ok' || found === 'both refuse it';
    if (!isExplained) unexplained.push(`${found}: ${token}`);
  }
  return { counts, unexplained };
}

/** What chance makes of a good token. */
function* mutatedTokens(issuer: FakeIssuer, seed: number): Generator<string> {
  const mutate = createMutator(issuer, createRandom(seed));
  const genuine = issuer.token();
  for (let round = 0; round < 1000; round += 1) yield mutate(genuine);
}

const seed = Date.now() % 2 ** 31;

describe.each([
  { library: 'jose', judgeWith: judgeWithJose },
  { library: 'fast-jwt', judgeWith: judgeWithFastJwt },
] as const)('ours and $library', ({ library, judgeWith }) => {
  const strictOnPurpose = { ...stricterThanBoth, ...stricterThan[library] };

  it('agree about every odd token, but where ours is strict on purpose', async () => {
    const issuer = new FakeIssuer();
    const { counts, unexplained } = await compare(issuer, judgeWith(issuer), oddTokens(issuer), strictOnPurpose);
    expect(unexplained).toEqual([]);
    expect(counts.get('ok')).toBeGreaterThan(100);
    expect(counts.get('both refuse it')).toBeGreaterThan(500);
    // An explanation of nothing would be one that nobody has checked.
    const explained = [...counts.keys()].filter((found) => found in strictOnPurpose);
    expect(explained.toSorted()).toEqual(Object.keys(strictOnPurpose).toSorted());
  });

  // fast-jwt does not know the name Ed25519 (RFC 9864).
  const names = library === 'jose' ? (['ES256', 'Ed25519'] as const) : (['ES256'] as const);
  it.each(names)(`agree about what chance makes of a token of %s (seed ${seed})`, async (alg) => {
    const issuer = new FakeIssuer(createFakeKey(alg));
    const { unexplained } = await compare(issuer, judgeWith(issuer), mutatedTokens(issuer, seed), strictOnPurpose);
    expect(unexplained).toEqual([]);
  });
});

describe('ours and jose, on the public vectors', () => {
  const every = Object.keys(algorithms) as AlgorithmName[];
  const joseTakes = async (text: string, jwk: JWK) => {
    try {
      await compactVerify(text, await importJWK(jwk, jwk.alg ?? decodeProtectedHeader(text).alg), {
        algorithms: every,
      });
      return true;
    } catch {
      return false;
    }
  };
  const vectors = {
    signatures: readSignatureVectors().map(({ tcId, text, key }) => ({ tcId, text, jwk: key })),
    keySets: readKeySetVectors().map(({ tcId, jws, keys }) => {
      const [jwk] = (keys as { readonly keys: readonly unknown[] }).keys;
      return { tcId, text: String(jws), jwk };
    }),
  };

  it.each(['signatures', 'keySets'] as const)(
    'agree about all %s, but where ours is strict on purpose',
    async (kind) => {
      const differing: Record<number, string> = {};
      for (const { tcId, text, jwk } of vectors[kind]) {
        const { ok } = await verifyCompactJws(text, jwk, { algorithms: every });
        if (ok !== (await joseTakes(text, jwk as JWK)))
          differing[tcId] = ok ? 'only ours accepts it' : 'ours refuses it';
      }
      expect(Object.keys(differing)).toEqual(Object.keys(takenByJose[kind]));
      expect(Object.values(differing)).not.toContain('only ours accepts it');
    },
  );
});
