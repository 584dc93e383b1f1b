/**
 * One run at a time of something that brings its caller up to date: whoever asks for it while it runs needs another one after it, and all
 * who do so need the same one.
 */

/** Gives the way to ask. `act` must not reject. */
export function runAgain(act: () => Promise<void>): () => Promise<void> {
  let isRunning = false;
  let isAskedFor = false;
  return async () => {
    isAskedFor = true;
    if (isRunning) return;
    isRunning = true;
    while (isAskedFor) {
      isAskedFor = false;
      await act();
    }
    isRunning = false;
  };
}
