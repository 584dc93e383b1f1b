/**
 * Reads a JWK Set (RFC 7517 section 5). A set that shows a secret or names two keys alike is refused as a whole; a key
 * that is merely of no use here is left out.
 */
import type { AlgorithmName } from './algorithms.ts';
import { checkJwk, type JwkFault, type VerificationJwk } from './check-jwk.ts';

/** Why a set is refused. */
export type JwkSetFault = 'not_a_jwk_set' | 'too_many_keys' | 'duplicate_kid' | 'symmetric_key' | 'private_key';

/** A key left out, and why. */
export interface IgnoredKey {
  readonly kid: string | undefined;
  readonly reason: JwkFault | 'no_kid';
}

export type JwkSetResult =
  | { readonly ok: true; readonly keys: ReadonlyMap<string, VerificationJwk>; readonly ignored: readonly IgnoredKey[] }
  | { readonly ok: false; readonly reason: JwkSetFault };

const mostKeys = 100;

/** Reads `value`, which may be anything, for the algorithms that are `accepted`. */
export function readJwkSet(value: unknown, accepted: readonly AlgorithmName[]): JwkSetResult {
  const list = keysOf(value);
  if (list === undefined) return { ok: false, reason: 'not_a_jwk_set' };
  if (list.length > mostKeys) return { ok: false, reason: 'too_many_keys' };
  const kids = list.map(kidOf).filter((kid) => kid !== undefined);
  if (new Set(kids).size !== kids.length) return { ok: false, reason: 'duplicate_kid' };
  const keys = new Map<string, VerificationJwk>();
  const ignored: IgnoredKey[] = [];
  for (const jwk of list) {
    const kid = kidOf(jwk);
    const checked = checkJwk(jwk, accepted);
    if (!checked.ok && isLeak(checked.reason)) return { ok: false, reason: checked.reason };
    if (!checked.ok) ignored.push({ kid, reason: checked.reason });
    else if (kid === undefined) ignored.push({ kid, reason: 'no_kid' });
    else keys.set(kid, checked.key);
  }
  return { ok: true, keys, ignored };
}

/** Whoever publishes these has mixed up its keys: none of the others is to be trusted either. */
function isLeak(reason: JwkFault): reason is 'symmetric_key' | 'private_key' {
  return reason === 'symmetric_key' || reason === 'private_key';
}

function keysOf(value: unknown): readonly unknown[] | undefined {
  const isSet = typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
  return isSet ? (value.keys as readonly unknown[]) : undefined;
}

function kidOf(jwk: unknown): string | undefined {
  const kid = typeof jwk === 'object' && jwk !== null && 'kid' in jwk ? jwk.kid : undefined;
  return typeof kid === 'string' ? kid : undefined;
}
