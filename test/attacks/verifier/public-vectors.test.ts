// Attack: everything that others have already found. The vectors of Project Wycheproof for JWS and JWK, each judged by the
// one function that checks a signature and nothing else. Where we come to another verdict, it is said why.
import { describe, expect, it } from 'vitest';
import { type AlgorithmName, algorithms } from '../../../src/verifier/algorithms.ts';
import { verifyCompactJws } from '../../../src/verifier/index.ts';
import { readJwkSet } from '../../../src/verifier/read-jwk-set.ts';
import { readKeySetVectors, readSignatureVectors } from '../../vectors/read-vectors.ts';
import { engines } from '../../verifier/fake-issuer.ts';

const every = Object.keys(algorithms) as AlgorithmName[];
const noSymmetricKeys = 'valid with a symmetric key, which no resource server should have';
const otherName = 'its key calls itself PS256, its header PS384';
const noSuchName = 'ES521 is no algorithm: RFC 7518 calls it ES512';
const strictText = 'valid only to a reader that skips characters outside the alphabet';

/** What the vectors call valid and we refuse, by number. There is nothing that they call invalid and we accept. */
const refusedAllTheSame: Readonly<Record<number, string>> = {
  1: noSymmetricKeys,
  348: noSymmetricKeys,
  352: noSymmetricKeys,
  357: noSymmetricKeys,
  358: noSymmetricKeys,
  359: noSymmetricKeys,
  376: noSymmetricKeys,
  377: noSymmetricKeys,
  346: otherName,
  350: otherName,
  347: noSuchName,
  351: noSuchName,
  372: strictText,
  373: strictText,
};

const signatures = readSignatureVectors();

describe.each(engines)('the vectors for JWS on $engine', ({ useWebCrypto }) => {
  it.each(signatures)('$tcId $comment is $result', async ({ tcId, text, key, result }) => {
    const { ok } = await verifyCompactJws(text, key, { algorithms: every, useWebCrypto });
    expect(ok).toBe(result === 'valid' && refusedAllTheSame[tcId] === undefined);
  });
});

it('are all there, and every exception is one of them', () => {
  expect(signatures.length).toBe(401);
  const ids = new Set(signatures.filter(({ result }) => result === 'valid').map(({ tcId }) => String(tcId)));
  expect(Object.keys(refusedAllTheSame).every((tcId) => ids.has(tcId))).toBe(true);
});

const keySets = readKeySetVectors();

describe('the vectors for JWK', () => {
  it.each(keySets)('$tcId $comment is $result', async ({ keys, jws, result, isPublic }) => {
    const read = readJwkSet(keys, every);
    // All of the private sets are symmetric: a set with such a key is refused as a whole.
    if (!isPublic) return expect(read).toMatchObject({ ok: false });
    const [jwk] = (keys as { keys: readonly unknown[] }).keys;
    const signed = await verifyCompactJws(String(jws), jwk, { algorithms: every });
    expect(signed.ok && read.ok && read.keys.size === 1).toBe(result === 'valid');
  });
});
