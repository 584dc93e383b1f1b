/**
 * Waiting for time to pass, up to a stop.
 */

/** Resolves after `milliseconds`, or as soon as `signal` is aborted. Does not keep a process alive. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = (milliseconds, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    letExit(timer);
    signal.addEventListener('abort', finish);
  });

/** Timers are numbers in browsers and objects on Node, where one that is not let go of keeps the process alive. */
function letExit(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref();
}
