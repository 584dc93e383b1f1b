/**
 * Time as this page can know it. What the wall clock *shows* is never compared with anything a server said: lifetimes are counted
 * from the receipt of an answer.
 */

export interface Clock {
  /** Milliseconds since some moment. Never goes back, and may only run ahead of true time, where somebody sets the clock forward. */
  readonly now: () => number;
  /** How much of `now` only the wall clock has seen, in milliseconds. What was counted while it stayed the same is certain. */
  readonly unseen: () => number;
  /** Milliseconds since the epoch, as right as the machine's clock. */
  readonly wall: () => number;
}

/** Clocks that disagree by less, in milliseconds, are merely not exact. */
const tolerance = 1000;

/**
 * Counts by the monotonic clock, which nobody can set but which stands still while some machines sleep, and adds what the wall
 * clock alone saw pass. At worst a token is refreshed too early; nobody is signed out by a count that is not certain.
 */
export function createClock(monotonic: () => number, wall: () => number): Clock {
  let unseen = 0;
  let ahead = wall() - monotonic();
  return {
    now() {
      const counted = monotonic();
      const missed = wall() - counted - ahead;
      if (missed > tolerance) unseen += missed;
      ahead += missed;
      return counted + unseen;
    },
    unseen: () => unseen,
    wall,
  };
}
