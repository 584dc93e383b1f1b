/**
 * A monotonic clock for components that count down. It says when to look again; what it counts is the caller's affair.
 */
import { useEffect, useState } from 'react';

/** Milliseconds of the page's monotonic clock, looked at again every `everyMilliseconds` while `isRunning`. */
export function useNow(everyMilliseconds: number, isRunning = true): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNow(performance.now()), everyMilliseconds);
    return () => clearInterval(timer);
  }, [everyMilliseconds, isRunning]);
  return now;
}
