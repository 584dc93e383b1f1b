/**
 * Key rollover as one pure decision: which signing keys there should be. The next key is published long enough before it
 * signs for every verifier to have seen it; an old one stays published until its last token is dead.
 */
import type { SigningKeyRecord } from '../../stores/store.ts';
import type { SigningAlgorithm } from './algorithms.ts';

/** Durations in milliseconds. */
export interface RolloverPolicy {
  readonly algorithm: SigningAlgorithm;
  /** How long one key signs. */
  readonly period: number;
  /** How long a key is published before it signs: longer than any verifier keeps a key set. */
  readonly lead: number;
  /** How long a key stays published after it has signed for the last time. */
  readonly afterlife: number;
}

/** A key that should be made, and the keys that change because of it. */
export interface Rollover {
  readonly signsFrom: number;
  /** Existing keys with the end of their publication now known. */
  readonly superseded: readonly SigningKeyRecord[];
}

/**
 * Gives what to do now, or `undefined` where the keys are as they should be. `force` makes a next key whatever the age of
 * the present one.
 */
export function decideRollover(
  keys: readonly SigningKeyRecord[],
  now: number,
  policy: RolloverPolicy,
  force = false,
): Rollover | undefined {
  const own = keys.filter((key) => key.publishedUntil === null);
  const newest = newestOf(own);
  if (newest === undefined) return { signsFrom: now, superseded: [] };
  const changesAlgorithm = newest.publicJwk.alg !== policy.algorithm;
  const isDue = now >= newest.signsFrom + policy.period - policy.lead;
  const isNextPublished = newest.signsFrom > now;
  if (!changesAlgorithm && !isDue && !(force && !isNextPublished)) return undefined;
  const signsFrom = now + policy.lead;
  const publishedUntil = signsFrom + policy.afterlife;
  return { signsFrom, superseded: own.map((key) => ({ ...key, publishedUntil })) };
}

/** The key to sign with now: the newest that may. `undefined` where there is none. */
export function currentKey(keys: readonly SigningKeyRecord[], now: number): SigningKeyRecord | undefined {
  const ready = newestOf(keys.filter((key) => key.signsFrom <= now));
  // A clock that went back leaves every key in the future; signing with the oldest is better than not signing.
  return ready ?? keys.toSorted((a, b) => a.signsFrom - b.signsFrom)[0];
}

/** The key that signs last. `undefined` where there is none. */
export function newestOf(keys: readonly SigningKeyRecord[]): SigningKeyRecord | undefined {
  return keys.toSorted((a, b) => b.signsFrom - a.signsFrom)[0];
}
