/**
 * The standalone server on a new SQLite file, with users who are signed in.
 */
import { DatabaseSync } from 'node:sqlite';
import type { SessionMode } from '../../src/protocol/wire.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import type { ServerProcess } from '../../test/drills/server-process.ts';
import { findPlace, openTallystick, signInUsers, startTallystick } from './tallystick.ts';

export interface SqliteServer extends ServerProcess {
  /** A refresh token of each session. */
  readonly tokens: readonly string[];
  /** How many rotations the file holds. */
  rotations(): number;
}

/** Two processes on one store: what there is to gain from a second core. */
export const twoProcesses: readonly string[] = ['--workers', '2'];

interface ServeOptions {
  /** Stateless sessions go without a key here, as the stored ones do, so that both do the same work. */
  readonly mode?: SessionMode;
  /** Of the command. */
  readonly options?: readonly string[];
}

export async function serveSqlite(
  folder: string,
  sessions: number,
  { mode = 'stored', options = [] }: ServeOptions = {},
): Promise<SqliteServer> {
  const path = `${folder}/${mode}${options.join('')}.db`;
  const place = await findPlace();
  const auth = openTallystick(place, createSqliteStore({ path }), { mode, allowBearerRefresh: true });
  await auth.ready();
  const tokens = await signInUsers(auth, sessions);
  await auth.close();
  const environment = { TALLYSTICK_MODE: mode, TALLYSTICK_ALLOW_BEARER_REFRESH: '1' };
  const server = await startTallystick(place, `sqlite:${path}`, environment, options);
  return { ...server, tokens, rotations: () => countRotations(path) };
}

function countRotations(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    return Number(db.prepare('SELECT sum(generation) AS rotations FROM sessions').get()?.rotations);
  } finally {
    db.close();
  }
}
