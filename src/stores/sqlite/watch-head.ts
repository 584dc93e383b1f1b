/**
 * Notices what other processes have added to the feed: SQLite tells nobody, so the number of the newest entry is glanced at.
 */

/** In milliseconds. A glance is one step down the table's own tree, and takes microseconds. */
const glanceEvery = 25;

/** Calls `tell` when what `readHead` gives has changed. Gives the way to stop. It keeps no process alive. */
export function watchHead(readHead: () => number | undefined, tell: () => void): () => void {
  let head = readHead();
  const timer = setInterval(() => {
    const found = readHead();
    if (found === head) return;
    head = found;
    tell();
  }, glanceEvery).unref();
  return () => clearInterval(timer);
}
