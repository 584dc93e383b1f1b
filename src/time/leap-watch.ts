/**
 * Notices that this machine's clock has leapt ahead, by the monotonic clock beside it: it was set, to the right time or to a
 * wrong one, or the machine has slept. Which of them it was nobody can tell at once, so for a while nothing is to be ended by
 * that clock. More than a day is believed at once: clocks are wrong by hours, and machines sleep for longer. It looks only when
 * it is asked, and does **not** know of leaps before it was made.
 */
export interface LeapWatch {
  /** Whether the clock has leapt ahead of late, as far as two looks can tell: look often. */
  hasLeapt(): boolean;
}

/** Two clocks, in milliseconds. */
export interface Clocks {
  wall(): number;
  monotonic(): number;
}

/** What a clock that is kept in step never makes up for between two looks, in milliseconds. */
const leap = 30_000;
/** What no wrong time zone comes to, in milliseconds. */
const sleep = 86_400_000;
/** How long an operator, or whatever keeps the clock in step, has to set a wrong one right, in milliseconds. */
const settling = 600_000;

export function createLeapWatch({ wall, monotonic }: Clocks): LeapWatch {
  let offset = wall() - monotonic();
  let settledFrom = monotonic();
  return {
    hasLeapt: () => {
      const now = monotonic();
      const found = wall() - now;
      const ahead = found - offset;
      if (ahead > leap && ahead < sleep) settledFrom = now + settling;
      offset = found;
      return now < settledFrom;
    },
  };
}
