/**
 * What a countdown learns from looking at one number again and again: how long the whole was, and when it was last refilled.
 * It is told what is left and when it is; it has no clock of its own.
 */

export interface Countdown {
  readonly remainingMs: number;
  /** What was left when the countdown was last refilled. */
  readonly wholeMs: number;
  /** When it was refilled while being watched, by the clock that was handed in; `undefined` where it never was. */
  readonly refilledAt: number | undefined;
}

/** A countdown falls; one that rises by more than this has been refilled. */
const refillMs = 1_000;

/** The countdown after one more look. `previous` is `undefined` at the first. */
export function followCountdown(previous: Countdown | undefined, remainingMs: number, now: number): Countdown {
  if (previous === undefined) return { remainingMs, wholeMs: remainingMs, refilledAt: undefined };
  if (remainingMs > previous.remainingMs + refillMs) return { remainingMs, wholeMs: remainingMs, refilledAt: now };
  return { ...previous, remainingMs };
}
