/** When sessions and access tokens end: to the second, and never one after the other's end. */
import { describe, expect, it } from 'vitest';
import { accessTokenEnd, endAfter, isLive, sessionEnd, soonerEnd } from './expiry.ts';

const now = 1_790_000_000_400;

describe('endAfter', () => {
  it('is a whole second, and never later than asked for', () => {
    expect(endAfter(now, 10_000)).toBe(1_790_000_010_000);
    expect(endAfter(now, 10_599)).toBe(1_790_000_010_000);
    expect(endAfter(now, 10_600)).toBe(1_790_000_011_000);
  });

  it('is never where the duration is never', () => {
    expect(endAfter(now, null)).toBeNull();
  });
});

describe('soonerEnd', () => {
  it.each([
    [1, 2, 1],
    [2, 1, 1],
    [null, 1, 1],
    [1, null, 1],
    [null, null, null],
  ])('of %s and %s is %s', (first, second, expected) => {
    expect(soonerEnd(first, second)).toBe(expected);
  });
});

describe('sessionEnd', () => {
  it('is the sooner of inactivity and absolute end', () => {
    expect(sessionEnd({ inactivityEndsAt: 5, absoluteEndsAt: 7 })).toBe(5);
    expect(sessionEnd({ inactivityEndsAt: 9, absoluteEndsAt: 7 })).toBe(7);
  });

  it('is never where there is neither', () => {
    expect(sessionEnd({ inactivityEndsAt: null, absoluteEndsAt: null })).toBeNull();
  });
});

describe('isLive', () => {
  const endless = { inactivityEndsAt: null, absoluteEndsAt: null, revokedAt: null };

  it('holds until 1 ms before the end, and not at it', () => {
    expect(isLive({ ...endless, inactivityEndsAt: now }, now - 1)).toBe(true);
    expect(isLive({ ...endless, inactivityEndsAt: now }, now)).toBe(false);
    expect(isLive({ ...endless, absoluteEndsAt: now }, now)).toBe(false);
  });

  it('does not hold for a revoked session, whenever that was', () => {
    expect(isLive({ ...endless, revokedAt: now + 1 }, now)).toBe(false);
  });

  it('holds for ever without an end', () => {
    expect(isLive(endless, Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});

describe('accessTokenEnd', () => {
  const endless = { inactivityEndsAt: null, absoluteEndsAt: null };

  it('is the lifetime from now on, in whole seconds', () => {
    expect(accessTokenEnd(endless, now, 900_000)).toBe(1_790_000_900_000);
  });

  it('is never later than the inactivity end or the absolute end', () => {
    const soon = 1_790_000_300_000;
    expect(accessTokenEnd({ ...endless, inactivityEndsAt: soon }, now, 900_000)).toBe(soon);
    expect(accessTokenEnd({ ...endless, absoluteEndsAt: soon }, now, 900_000)).toBe(soon);
  });

  it('is not stretched to a later end of the session', () => {
    const late = 1_799_000_000_000;
    expect(accessTokenEnd({ inactivityEndsAt: late, absoluteEndsAt: late }, now, 900_000)).toBe(1_790_000_900_000);
  });
});
