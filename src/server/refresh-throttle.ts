/**
 * Holds back a client that refreshes one session in a loop, so that it costs the others nothing. Whoever is held back is
 * told when to come again; nothing is decided about the session, and it lives on. Far more is let through than any number
 * of tabs, retries and races of an honest client come to. Counted in this process: it guards this process.
 */
import { numberOfEnd } from '../protocol/number-of-end.ts';

/** How many refreshes are taken in how many milliseconds. */
const most = 5_000;
const period = 10_000;
/** Sessions share counters, so that nothing has to be kept of any of them, however many there are. */
const counters = 65_536;
/** So many characters at the end of a session id are random. */
const randomEnd = 8;

export interface RefreshThrottle {
  /** Counts one more. Gives the seconds to wait where there were too many, and 0 where there were not. */
  secondsToWait(sid: string): number;
}

/** Makes it. `monotonic` gives milliseconds. */
export function createRefreshThrottle(monotonic: () => number): RefreshThrottle {
  const counts = new Uint16Array(counters);
  let startedAt = monotonic();
  return {
    secondsToWait: (sid) => {
      const now = monotonic();
      if (now - startedAt >= period) {
        counts.fill(0);
        startedAt = now;
      }
      const counter = numberOfEnd(sid, randomEnd) % counters;
      const count = counts[counter] ?? 0;
      if (count === most) return Math.ceil((startedAt + period - now) / 1000);
      counts[counter] = count + 1;
      return 0;
    },
  };
}
