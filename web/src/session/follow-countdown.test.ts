import { describe, expect, it } from 'vitest';
import { followCountdown } from './follow-countdown.ts';

describe('followCountdown', () => {
  const started = followCountdown(undefined, 900_000, 0);

  it('takes what is left at the first look for the whole', () => {
    expect(started).toEqual({ remainingMs: 900_000, wholeMs: 900_000, refilledAt: undefined });
  });

  it('keeps the whole while it runs down', () => {
    expect(followCountdown(started, 300_000, 600_000)).toEqual({
      remainingMs: 300_000,
      wholeMs: 900_000,
      refilledAt: undefined,
    });
  });

  it('sees that it was refilled, with another whole', () => {
    const half = followCountdown(started, 450_000, 450_000);
    expect(followCountdown(half, 870_000, 451_000)).toEqual({
      remainingMs: 870_000,
      wholeMs: 870_000,
      refilledAt: 451_000,
    });
  });

  it('does not take a trembling clock for a refill', () => {
    const half = followCountdown(started, 450_000, 450_000);
    expect(followCountdown(half, 450_400, 450_100).refilledAt).toBeUndefined();
  });
});
