/**
 * Time as this page can know it. Lifetimes are counted from the receipt of an answer by two clocks: the monotonic one, which nobody
 * can set but which stands still while some machines sleep, and the wall clock, which counts sleep but can be set. What the
 * wall clock *shows* is never compared with anything a server said.
 */

/** A moment by both clocks, in milliseconds. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * How long ago `since` was at most: the longer of what the two clocks say. Good for deciding that something *may* be over: at
 * worst a token is refreshed too early, because somebody set the clock.
 */
export function longestSince(since: Moment, now: Moment): number {
  return Math.max(now.monotonic - since.monotonic, now.wall - since.wall);
}

/** How long ago `since` was at least. Good for deciding that something *is* over. */
export function certainSince(since: Moment, now: Moment): number {
  return now.monotonic - since.monotonic;
}

/** Whether both clocks agree about the time since then: nobody set the clock and the machine did not sleep. */
export function clocksAgree(since: Moment, now: Moment): boolean {
  return Math.abs(now.monotonic - since.monotonic - (now.wall - since.wall)) < 1000;
}
