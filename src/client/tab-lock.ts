/**
 * One tab at a time, as far as that can be had. Waiting is bounded, and where there are no locks, or one cannot be had, the work is done
 * without: the server answers tabs that race with the same successor, so the lock saves requests, never the session.
 */
import type { Environment } from './environment.ts';

/** Runs `work`, alone if possible. */
export type TabLock = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** @param longest How long to wait for the lock, and how long to keep others waiting, at most, in milliseconds. */
export function createTabLock({ locks, setTimer }: Environment, name: string, longest: number): TabLock {
  return async (work) => {
    let begun: ReturnType<typeof work> | undefined;
    const giveUp = new AbortController();
    const cancel = setTimer(() => giveUp.abort(), longest);
    await locks
      ?.request(name, { signal: giveUp.signal }, () => {
        cancel();
        begun = work();
        return settled(begun);
      })
      // Denied, or waited for too long.
      .catch(() => undefined);
    cancel();
    return begun ?? work();
  };

  /** Done when the work is, or when others have waited for long enough. */
  function settled(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = setTimer(resolve, longest);
      void work
        .catch(() => undefined)
        .then(() => {
          cancel();
          resolve();
        });
    });
  }
}
