/**
 * Which records of signing keys are to be written: decided by the rollover and by the root secret that each key is sealed under. It
 * makes and seals what is missing; it reads and writes no store.
 */
import type { SigningKeyRecord } from '../../stores/store.ts';
import { decideRollover, type RolloverPolicy } from './decide-rollover.ts';
import type { RootKeys } from './root-secrets.ts';
import { sealedUnder } from './seal.ts';
import { generateSigningKey, resealSigningKey } from './signing-key.ts';

/** Gives re-sealed records, superseded ones and a new one, as they are due. `force` is that of the rollover. */
export function arrangeKeys(
  found: readonly SigningKeyRecord[],
  now: number,
  rootKeys: RootKeys,
  policy: RolloverPolicy,
  force: boolean,
): readonly SigningKeyRecord[] {
  const put = new Map<string, SigningKeyRecord>();
  for (const key of found) {
    if (sealedUnder(key.sealedPrivateKey) !== rootKeys.newest.id) put.set(key.kid, resealSigningKey(key, rootKeys));
  }
  const rollover = decideRollover(found, now, policy, force);
  for (const { kid, publishedUntil } of rollover?.superseded ?? []) {
    const key = put.get(kid) ?? found.find((other) => other.kid === kid);
    if (key) put.set(kid, { ...key, publishedUntil });
  }
  if (rollover) {
    const key = generateSigningKey(policy.algorithm, rootKeys, { createdAt: now, signsFrom: rollover.signsFrom });
    put.set(key.kid, key);
  }
  return [...put.values()];
}
