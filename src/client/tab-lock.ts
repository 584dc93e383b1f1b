/**
 * One tab at a time, as far as that can be had. Waiting is bounded, and where there are no locks, or one cannot be had, the work is done
 * without: the server answers tabs that race with the same successor, so the lock saves requests, never the session.
 */
import type { Environment } from './environment.ts';

/** Runs `work` alone. `work` is told whether somebody else held the lock just before. */
export type TabLock = <Result>(work: (contended: boolean) => Promise<Result>) => Promise<Result>;

/** @param longest How long to wait for the lock, and how long to keep others waiting, at most, in milliseconds. */
export function createTabLock({ locks, setTimer }: Environment, name: string, longest: number): TabLock {
  /** Done when the work is, or when others have waited for long enough. */
  async function settled(work: Promise<unknown>): Promise<void> {
    let cancel = (): void => undefined;
    const bound = new Promise<void>((resolve) => {
      cancel = setTimer(resolve, longest);
    });
    await Promise.race([work, bound]).catch(() => undefined);
    cancel();
  }

  return async (work) => {
    if (locks === undefined) return work(false);
    // Once the work has begun its outcome is the outcome; only what the lock itself throws leads to working without.
    let begun: ReturnType<typeof work> | undefined;
    const begin = (contended: boolean): ReturnType<typeof work> => {
      begun = work(contended);
      return begun;
    };
    const giveUp = new AbortController();
    const cancel = setTimer(() => giveUp.abort(), longest);
    try {
      await locks.request(name, { ifAvailable: true }, async (lock) => lock && settled(begin(false)));
      if (begun === undefined) await locks.request(name, { signal: giveUp.signal }, () => settled(begin(true)));
    } catch {
      // Denied, or waited for too long.
    } finally {
      cancel();
    }
    return begun ?? work(true);
  };
}
