/**
 * What a countdown learns from looking at it again and again: how long the whole was, and when it was last refilled. It is told
 * what is left and when it is; it has no clock of its own.
 */

/** One look. */
export interface Look {
  readonly remainingMs: number;
  /** Something that is another thing after each refill, and the same in between. */
  readonly filling: unknown;
}

export interface Countdown extends Look {
  /** What was left when the countdown was last refilled. */
  readonly wholeMs: number;
  /** When it was refilled while being watched, by the clock that was handed in; `undefined` where it never was. */
  readonly refilledAt: number | undefined;
}

/** The countdown after one more look. `previous` is `undefined` at the first. */
export function followCountdown(previous: Countdown | undefined, look: Look, now: number): Countdown {
  if (previous !== undefined && previous.filling === look.filling) return { ...previous, ...look };
  return { ...look, wholeMs: look.remainingMs, refilledAt: previous && now };
}
