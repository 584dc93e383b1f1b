/**
 * Cases enough to see whether a runtime is like Node: the public vectors, tokens that are odd in every way we know of under
 * each kind of key, and what chance makes of a good one.
 */
import { type AlgorithmName, algorithms } from '../../src/verifier/algorithms.ts';
import { readKeySetVectors, readSignatureVectors } from '../vectors/read-vectors.ts';
import { createFakeKey, type FakeAlgorithm, FakeIssuer } from '../verifier/fake-issuer.ts';
import { createMutator, createRandom } from '../verifier/mutate-token.ts';
import { oddTokens } from '../verifier/odd-tokens.ts';
import type { TokenCase } from './token-case.ts';

const every = Object.keys(algorithms) as AlgorithmName[];

export interface CaseOrder {
  /** The keys to sign with. */
  readonly keys: readonly FakeAlgorithm[];
  /** How often a good token is changed at random, for each of the keys. */
  readonly mutations: number;
  /** The same changes for the same seed. */
  readonly seed: number;
}

export function makeCases({ keys, mutations, seed }: CaseOrder): readonly TokenCase[] {
  return [...vectorCases(), ...keys.flatMap((alg) => issuerCases(alg, mutations, seed))];
}

function vectorCases(): readonly TokenCase[] {
  const signatures = readSignatureVectors().map(({ text, key }) => toJwsCase(text, key));
  const keySets = readKeySetVectors().map(({ jws, keys }) => {
    const [jwk] = (keys as { keys?: readonly unknown[] }).keys ?? [];
    return toJwsCase(String(jws), jwk);
  });
  return [...signatures, ...keySets];
}

function toJwsCase(token: string, jwk: unknown): TokenCase {
  return { kind: 'jws', token, jwk, algorithms: every };
}

function issuerCases(alg: FakeAlgorithm, mutations: number, seed: number): readonly TokenCase[] {
  const issuer = new FakeIssuer(createFakeKey(alg));
  const mutate = createMutator(issuer, createRandom(seed));
  const genuine = issuer.token();
  const mutated = Array.from({ length: mutations }, () => mutate(genuine));
  const common = {
    kind: 'token',
    jwks: issuer.jwks(),
    now: issuer.now,
    options: { issuer: issuer.issuer, audience: issuer.audience, algorithms: [alg] },
  } as const;
  return [...oddTokens(issuer), ...mutated].map((token) => ({ ...common, token }));
}
