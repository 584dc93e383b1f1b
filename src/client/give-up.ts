/**
 * Giving up on what may never end: a user's own `fetch` or storage need not listen to a signal.
 */

/** As `promise`, but rejects as soon as the signal aborts. Does **not** look at whether it has aborted already. */
export function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
