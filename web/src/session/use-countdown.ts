/**
 * Follows one of the client's times from render to render.
 */
import { useEffect, useState } from 'react';
import { type Countdown, followCountdown } from './follow-countdown.ts';

const everyMs = 500;

/** `readRemaining` gives milliseconds, or `undefined` where there is no end. Hand in the same function each time. */
export function useCountdown(readRemaining: () => number | undefined): Countdown | undefined {
  const [countdown, setCountdown] = useState<Countdown>();
  useEffect(() => {
    const look = () => {
      const remainingMs = readRemaining();
      setCountdown((previous) =>
        remainingMs === undefined ? undefined : followCountdown(previous, remainingMs, performance.now()),
      );
    };
    look();
    const timer = setInterval(look, everyMs);
    return () => clearInterval(timer);
  }, [readRemaining]);
  return countdown;
}
