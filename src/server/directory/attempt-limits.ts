/**
 * The limits that an attempt to sign in has to keep to: what is counted, how many failures are taken in which time, and
 * whether a success makes good for them. Keys are MACs under a root secret, so that a copy of the store names nobody who was tried: people
 * type passwords where their name belongs.
 */
import type { KeyObject } from 'node:crypto';
import { macOf } from '../keys/mac.ts';

/** Who is being tried, from where. */
export interface AttemptFrom {
  readonly account: string;
  /** An address, or the network it is in; empty where nobody knows: strangers and owners would then be one network. */
  readonly network: string;
  /**
   * A device that is known to be the account's own. What strangers did to the account, or from the same network, then
   * counts for nothing, so that nobody can lock a user out.
   */
  readonly knownDevice?: string | undefined;
}

/** One of the limits that an attempt has to keep to. */
export interface AttemptLimit {
  /** Under which the store counts. */
  readonly key: string;
  /** How many failures are taken. */
  readonly most: number;
  /** In how many milliseconds. */
  readonly period: number;
  readonly forgivenBySuccess: boolean;
}

const minute = 60_000;
const keyBytes = 16;

export function attemptLimits(
  secret: KeyObject,
  { account, network, knownDevice }: AttemptFrom,
): readonly AttemptLimit[] {
  // As JSON, in which no two lists look alike.
  const keyOf = (...parts: readonly string[]) =>
    macOf(secret, JSON.stringify(parts)).toString('base64url', 0, keyBytes);
  const own = { most: 10, period: 10 * minute, forgivenBySuccess: true };
  if (knownDevice !== undefined) return [{ key: keyOf('device', knownDevice, account), ...own }];
  const ofAccount = { key: keyOf('account', account), most: 100, period: 60 * minute, forgivenBySuccess: true };
  if (network === '') return [ofAccount];
  const ofNetwork = { key: keyOf('network', network), most: 100, period: 10 * minute, forgivenBySuccess: false };
  const ofBoth = { key: keyOf('both', network, account), ...own };
  return [ofBoth, ofAccount, ofNetwork];
}
