/**
 * Holds back a client that refreshes one session in a loop, so that it costs the others nothing. Whoever is held back is
 * told when to come again; nothing is decided about the session, and it lives on. Far more is let through than any number
 * of tabs, retries and races of an honest client come to. Counted in this process: it guards this process.
 */

/** How many refreshes of one session are taken in how many milliseconds. */
const most = 5_000;
const period = 10_000;

export interface RefreshThrottle {
  /** Counts one more. Gives the seconds to wait where there were too many, and 0 where there were not. */
  secondsToWait(sid: string): number;
}

/** Makes it. `monotonic` gives milliseconds. What is kept is one number for each session of one period. */
export function createRefreshThrottle(monotonic: () => number): RefreshThrottle {
  let counts = new Map<string, number>();
  let startedAt = monotonic();
  return {
    secondsToWait: (sid) => {
      const now = monotonic();
      if (now - startedAt >= period) {
        counts = new Map();
        startedAt = now;
      }
      const count = (counts.get(sid) ?? 0) + 1;
      counts.set(sid, count);
      return count <= most ? 0 : Math.ceil((startedAt + period - now) / 1000);
    },
  };
}
