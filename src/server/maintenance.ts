/**
 * What has to be done from time to time: signing keys and the store's not-before looked at, keys rolled over, expired rows
 * swept, the store's clock read. Off the path of any request, a little at a time.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Store } from '../stores/store.ts';
import type { LeapWatch } from '../time/leap-watch.ts';
import type { StoreClock } from '../time/store-clock.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { NotBefore } from './not-before.ts';

const every = 60_000;
const rowsAStep = 200;
const stepsARound = 50;

/** What is looked at, since another server may have changed it. */
export interface Maintained {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly notBefore: NotBefore;
  readonly clock: StoreClock;
  readonly leaps: LeapWatch;
}

/** Starts it; gives the way to stop. It keeps no process alive. */
export function startMaintenance(
  { store, keys, notBefore, clock, leaps }: Maintained,
  onFault: (error: unknown) => void,
): () => void {
  const abort = new AbortController();
  const round = async () => {
    try {
      await notBefore.refresh();
      await keys.refresh();
      // A server whose sessions are stateless makes no decisions in the store that would tell it the time by the way.
      clock.observe(await store.checkHealth());
      // What is swept does not come back when a clock that was wrong is set right.
      if (!leaps.hasLeapt()) await sweep(store, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) onFault(error);
    }
    if (!abort.signal.aborted) timer = setTimeout(round, every).unref();
  };
  let timer = setTimeout(round, every).unref();
  return () => {
    abort.abort();
    clearTimeout(timer);
  };
}

async function sweep(store: Store, signal: AbortSignal): Promise<void> {
  for (let step = 0; step < stepsARound && !signal.aborted; step += 1) {
    const { done } = await store.removeExpired(rowsAStep);
    if (done) return;
    await turn();
  }
}
