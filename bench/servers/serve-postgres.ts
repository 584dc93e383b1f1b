/**
 * The standalone server on a PostgreSQL of its own, durable as PostgreSQL is by default, with users who are signed in.
 */
import pg from 'pg';
import { createPostgresStore } from '../../src/stores/postgres/index.ts';
import type { ServerProcess } from '../../test/drills/server-process.ts';
import { type PostgresServer, startPostgres } from '../../test/engines/postgres.ts';
import { findPlace, openTallystick, signInUsers, startTallystick } from './tallystick.ts';

export interface PostgresBackedServer extends ServerProcess {
  /** A refresh token of each session. */
  readonly tokens: readonly string[];
  readonly database: PostgresServer;
  /** Ends the server and its database, and removes the data. */
  remove(): Promise<void>;
}

/** What a machine with this much to do would be given; nothing of it is about durability. */
export const databaseSettings: readonly string[] = ['shared_buffers = 256MB', 'max_connections = 200'];

export async function servePostgres(sessions: number): Promise<PostgresBackedServer> {
  const engine = await startPostgres(databaseSettings);
  try {
    const place = await findPlace();
    const tokens = await signInOn(engine.primary.url, place, sessions);
    const server = await startTallystick(place, engine.primary.url);
    const remove = async () => {
      await server.kill('SIGTERM');
      await engine.remove();
    };
    return { ...server, tokens, database: engine.primary, remove };
  } catch (error) {
    await engine.remove();
    throw error;
  }
}

async function signInOn(url: string, place: Awaited<ReturnType<typeof findPlace>>, sessions: number) {
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 5_000 });
  const auth = openTallystick(place, createPostgresStore({ pool, endsPool: true }));
  await auth.ready();
  const tokens = await signInUsers(auth, sessions);
  await auth.close();
  return tokens;
}
