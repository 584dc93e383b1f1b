// Ends this process when the one that started it is no longer there, however it ended. For children that have nobody else to serve:
// loaded by `--import`, while the parent holds the other end of standard input and writes nothing to it.

import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.stdin.once('end', () => process.exit(1)).resume();
  // Listening is no reason to stay.
  process.stdin.unref();
}
