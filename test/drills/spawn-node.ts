/**
 * Starts a script on this very Node, in a process that ends when this one does, however it ends: an aborted run leaves
 * no servers behind.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const endWithParent = fileURLToPath(new URL('../../tools/end-with-parent.mjs', import.meta.url));

/** Its complaints are shown. What it says is for the caller to read, or to let go. */
export function spawnNode(
  script: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(process.execPath, ['--import', endWithParent, ...script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
}
