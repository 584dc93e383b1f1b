/**
 * One tab at a time, as far as that can be had. Waiting is bounded, and where there are no locks, or one cannot be had, the work is done
 * without: the server answers tabs that race with the same successor, so the lock saves requests, never the session.
 */
import type { TabLocks } from './environment.ts';

/** Runs `work`, alone if possible. */
export type TabLock = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** @param longest How long to wait for the lock at most, in milliseconds. */
export function createTabLock(
  locks: TabLocks | undefined,
  setTimer: (callback: () => void, milliseconds: number) => () => void,
  name: string,
  longest: number,
): TabLock {
  return async (work) => {
    let begun: ReturnType<typeof work> | undefined;
    const giveUp = new AbortController();
    const cancel = setTimer(() => giveUp.abort(), longest);
    // It rejects where it is denied, where it was waited for too long, and as the work does.
    await locks
      ?.request(name, { signal: giveUp.signal }, () => {
        cancel();
        begun = work();
        return begun;
      })
      .catch(() => undefined);
    cancel();
    return begun ?? work();
  };
}
