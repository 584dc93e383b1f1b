/**
 * A temporary folder that goes when this process ends, however it ends: a shell that outlives it waits for that.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface GuardedFolder {
  readonly path: string;
  /** Kills what still runs in it and removes it. */
  remove(): Promise<void>;
}

/**
 * Once standard input ends, kills every process whose id is a file in the folder, and removes it. Where it ends without a word, there may
 * be children of that process that have yet to see that they are alone, and until then write where the folder was.
 */
const guard = `read -r word
cd "$1" && for id in *.pid; do kill -9 "\${id%.pid}" 2> /dev/null; done
[ -n "$word" ] || sleep 3
cd / && for attempt in 1 2 3 4 5; do rm -rf "$1" && break; sleep 0.2; done`;

/** Makes it. A process whose id is the name of a file in it, such as `4711.pid`, is killed before it goes. */
export function createGuardedFolder(prefix: string): GuardedFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  // A group of its own, so that Ctrl-C in a terminal does not end the guard before its time.
  const guarding = spawn('/bin/sh', ['-c', guard, 'guard', path], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guarding.unref();
  return {
    path,
    remove: async () => {
      guarding.ref();
      guarding.stdin.end('remove\n');
      if (guarding.exitCode === null) await once(guarding, 'exit');
    },
  };
}
