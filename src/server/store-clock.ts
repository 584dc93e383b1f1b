/**
 * What this server knows of the store's clock between two looks at it: the last reading, carried on by the monotonic clock,
 * so that a jump of this machine's own clock changes nothing.
 */
export interface StoreClock {
  /** Takes note of a reading that came with a decision. */
  observe(now: number): void;
  /** The store's clock, as far as is known, in milliseconds. */
  now(): number;
}

/** Makes the clock, starting from one reading. */
export function createStoreClock(first: number, monotonic: () => number = () => performance.now()): StoreClock {
  let offset = first - monotonic();
  return {
    observe: (now) => {
      offset = now - monotonic();
    },
    now: () => Math.round(offset + monotonic()),
  };
}
