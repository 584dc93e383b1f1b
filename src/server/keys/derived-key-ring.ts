/**
 * The signing keys of servers that store nothing: derived from the root secrets, so that servers which have these in common
 * agree without being told. The newest secret's signs; the others' are published for tokens that were signed with them, or
 * soon will be on another server. They do **not** roll over by themselves, but with the root secrets.
 */
import { algorithms, isSigningAlgorithm, type SigningAlgorithm } from './algorithms.ts';
import type { KeyRing } from './key-ring.ts';
import type { RootKeys } from './root-secrets.ts';
import { deriveSigningKey } from './signing-key.ts';

/** Makes the ring. Keys for every algorithm are published, so that changing it fails no verification either. */
export function createDerivedKeyRing({ newest, all }: RootKeys, algorithm: SigningAlgorithm): KeyRing {
  const names = Object.keys(algorithms).filter(isSigningAlgorithm);
  const keys = all.flatMap((rootKey) => names.map((name) => deriveSigningKey(rootKey, name)));
  const signing = deriveSigningKey(newest, algorithm);
  const byKid = new Map(keys.map((key) => [key.kid, key]));
  return {
    refresh: async () => {},
    current: () => signing,
    find: (kid) => byKid.get(kid),
    list: () =>
      keys.map((key) => ({
        kid: key.kid,
        algorithm: key.algorithm,
        state: key.kid === signing.kid ? 'signing' : 'published',
      })),
    publicKeys: () => ({ keys: keys.map(({ publicJwk }) => publicJwk) }),
  };
}
