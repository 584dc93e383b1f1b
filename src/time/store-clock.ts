/**
 * What this process knows of the store's clock between two looks at it: the last reading, carried on by the monotonic clock,
 * so that a jump of this machine's own clock changes nothing. It decides nothing: a decision reads the store's clock itself.
 */
export interface StoreClock {
  /** Takes note of a reading that came with an answer. */
  observe(now: number): void;
  /** The store's clock, as far as is known, in milliseconds. */
  now(): number;
}

/** Makes the clock, starting from one reading. Without one it is long ago, so that what is sent off with a deadline comes to nothing. */
export function createStoreClock(first = 0, monotonic: () => number = () => performance.now()): StoreClock {
  let offset = first - monotonic();
  return {
    observe: (now) => {
      offset = now - monotonic();
    },
    now: () => Math.round(offset + monotonic()),
  };
}
