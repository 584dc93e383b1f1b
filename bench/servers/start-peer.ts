/**
 * Starts one of the systems that people would use instead, in a process of its own, with sessions that stand ready.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type ServerProcess, startServer } from '../../test/drills/server-process.ts';

export interface Peer extends ServerProcess {
  /** What each session's first request carries. */
  readonly values: readonly string[];
}

export interface PeerOptions {
  /** Its script in `peers/`. */
  readonly script: string;
  /** Takes its files. */
  readonly folder: string;
  readonly sessions: number;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

export async function startPeer({ script, folder, sessions, environment }: PeerOptions): Promise<Peer> {
  const port = await freePort();
  const path = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
  const [values, database] = [join(folder, `${port}.values`), join(folder, `${port}.db`)];
  const args = [path, values, String(sessions), database];
  const server = await startServer(args, port, { NODE_ENV: 'production', ...environment });
  return { ...server, values: readFileSync(values, 'utf8').split('\n') };
}
