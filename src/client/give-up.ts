/**
 * Giving up on what may never end: a user's own `fetch` or storage need not listen to a signal.
 */

/** Rejects when the signal aborts, for `Promise.race` with what is waited for. Does **not** look at whether it has aborted already. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
