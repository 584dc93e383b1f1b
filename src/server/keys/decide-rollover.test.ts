import { describe, expect, it } from 'vitest';
import type { SigningKeyRecord } from '../../stores/store.ts';
import { currentKey, decideRollover, type RolloverPolicy } from './decide-rollover.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const now = 1_790_000_000_000;

/** Verifiers keep a key set for five minutes; access tokens live for fifteen. */
const keySetAge = 5 * minute;
const tokenLife = 15 * minute;
const policy: RolloverPolicy = {
  algorithm: 'ES256',
  period: 90 * day,
  lead: 4 * keySetAge,
  afterlife: tokenLife + keySetAge,
};

function key(kid: string, changes: Partial<SigningKeyRecord> & { readonly alg?: string } = {}): SigningKeyRecord {
  const { alg = 'ES256', ...rest } = changes;
  return {
    kid,
    publicJwk: { kty: 'EC', kid, alg, use: 'sig' },
    sealedPrivateKey: new Uint8Array(),
    createdAt: now,
    signsFrom: now,
    publishedUntil: null,
    ...rest,
  };
}

describe('the rollover of signing keys', () => {
  it('makes a first key that signs at once', () => {
    expect(decideRollover([], now, policy)).toEqual({ signsFrom: now, superseded: [] });
  });

  it('leaves a key alone that has time', () => {
    expect(decideRollover([key('a')], now + policy.period - policy.lead - 1, policy)).toBeUndefined();
  });

  it('publishes the next key so early that it is known before it signs', () => {
    const due = now + policy.period - policy.lead;
    expect(decideRollover([key('a')], due, policy)).toEqual({
      signsFrom: now + policy.period,
      superseded: [key('a', { publishedUntil: now + policy.period + policy.afterlife })],
    });
  });

  it('makes one next key, not one at each look', () => {
    const next = [key('a', { publishedUntil: now + day }), key('b', { signsFrom: now + minute })];
    expect(decideRollover(next, now, policy)).toBeUndefined();
    expect(decideRollover(next, now, policy, true)).toBeUndefined();
  });

  it('makes a next key before its time where an operator wants it', () => {
    expect(decideRollover([key('a')], now, policy, true)).toMatchObject({ signsFrom: now + policy.lead });
  });

  it('makes a next key where another algorithm is configured', () => {
    const changed = decideRollover([key('a')], now, { ...policy, algorithm: 'Ed25519' });
    expect(changed).toMatchObject({ signsFrom: now + policy.lead, superseded: [{ kid: 'a' }] });
  });

  it('makes a key at once where the only one that could sign was taken away', () => {
    expect(decideRollover([key('old', { publishedUntil: now + minute })], now, policy)).toMatchObject({
      signsFrom: now,
    });
  });

  it('does not change the keys it was given', () => {
    const given = Object.freeze([Object.freeze(key('a'))]);
    decideRollover(given, now, policy, true);
    expect(given).toEqual([key('a')]);
  });
});

describe('the key to sign with', () => {
  it('is the newest that may', () => {
    const keys = [key('b', { signsFrom: now }), key('c', { signsFrom: now + 1 }), key('a', { signsFrom: now - 1 })];
    expect(currentKey(keys, now)?.kid).toBe('b');
    expect(currentKey(keys, now + 1)?.kid).toBe('c');
  });

  it('is the oldest where a clock that went back leaves none', () => {
    const keys = [key('b', { signsFrom: now + 2 }), key('a', { signsFrom: now + 1 })];
    expect(currentKey(keys, now)?.kid).toBe('a');
  });

  it('is none where there is none', () => {
    expect(currentKey([], now)).toBeUndefined();
  });
});

describe('rollover after rollover', () => {
  it('leave no verifier without the key of a token that lives, however old its key set', () => {
    let keys: readonly SigningKeyRecord[] = [];
    const published: { readonly at: number; readonly kids: ReadonlySet<string> }[] = [];
    const signers = new Set<string>();
    for (let at = now; at < now + 9 * day; at += 5 * minute) {
      const rollover = decideRollover(keys, at, { ...policy, period: 2 * day });
      if (rollover) {
        const kept = keys.filter(({ kid }) => !rollover.superseded.some((other) => other.kid === kid));
        const made = key(`key-${at}`, { createdAt: at, signsFrom: rollover.signsFrom });
        keys = [...kept, ...rollover.superseded, made];
      }
      keys = keys.filter(({ publishedUntil }) => publishedUntil === null || publishedUntil >= at);
      published.push({ at, kids: new Set(keys.map(({ kid }) => kid)) });
      const { kid } = currentKey(keys, at) ?? { kid: 'none' };
      signers.add(kid);
      // A token that was signed as it was about to expire now, and one signed now, with the oldest key sets there can be.
      const old = published.at(-2)?.kids ?? published[0]?.kids;
      expect(old?.has(kid)).toBe(true);
      const before = published.at(-1 - tokenLife / (5 * minute));
      const signedBefore = before && currentKey(keys, before.at)?.kid;
      if (signedBefore) expect(published.at(-1)?.kids.has(signedBefore)).toBe(true);
    }
    expect(signers.size).toBe(5);
    expect(keys.length).toBeLessThanOrEqual(2);
  });
});
