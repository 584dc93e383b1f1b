/**
 * One tab at a time, as far as that can be had. Waiting is bounded, and where there are no locks, or one cannot be had, the work is done
 * without: the server answers tabs that race with the same successor, so the lock saves requests, never the session.
 */
import type { Context } from './context.ts';
import { unlessAborted } from './give-up.ts';
import { exchangeTime } from './limits.ts';

/** Runs `work`, alone if possible. Others wait for it no longer than for an exchange, whatever it waits for itself. */
export async function withTabLock<Result>(context: Context, work: () => Promise<Result>): Promise<Result> {
  let begun: Promise<Result> | undefined;
  const begin = (): Promise<Result> => {
    begun = work();
    return unlessAborted(begun, context.timeout(exchangeTime));
  };
  // It rejects where it is denied, where it was waited for too long, and as the work does.
  await context.locks?.request(context.name, { signal: context.timeout(exchangeTime) }, begin).catch(() => undefined);
  return begun ?? work();
}
