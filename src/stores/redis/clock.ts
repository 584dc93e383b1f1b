/**
 * What this process knows of the engine's clock between two replies. Only to tell old requests from new ones: every decision
 * reads the clock of the server that it is written on.
 */
export interface Clock {
  observe(now: number): void;
  /** `undefined` before the first reply. */
  now(): number | undefined;
}

export function createClock(): Clock {
  let offset: number | undefined;
  return {
    observe: (now) => {
      offset = now - performance.now();
    },
    now: () => (offset === undefined ? undefined : Math.round(offset + performance.now())),
  };
}
