import { describe, expect, it } from 'vitest';
import { followCountdown } from './follow-countdown.ts';

describe('followCountdown', () => {
  const started = followCountdown(undefined, { remainingMs: 900_000, filling: 1 }, 0);

  it('takes what is left at the first look for the whole', () => {
    expect(started).toEqual({ remainingMs: 900_000, filling: 1, wholeMs: 900_000, refilledAt: undefined });
  });

  it('keeps the whole while it runs down', () => {
    const later = followCountdown(started, { remainingMs: 300_000, filling: 1 }, 600_000);
    expect(later).toMatchObject({ remainingMs: 300_000, wholeMs: 900_000, refilledAt: undefined });
  });

  it('sees that it was refilled, even with less than there was', () => {
    const refilled = followCountdown(started, { remainingMs: 870_000, filling: 2 }, 1_000);
    expect(refilled).toMatchObject({ remainingMs: 870_000, wholeMs: 870_000, refilledAt: 1_000 });
  });

  it('remembers when that was', () => {
    const refilled = followCountdown(started, { remainingMs: 870_000, filling: 2 }, 1_000);
    expect(followCountdown(refilled, { remainingMs: 869_000, filling: 2 }, 2_000).refilledAt).toBe(1_000);
  });
});
