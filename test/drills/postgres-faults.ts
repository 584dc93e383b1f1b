/**
 * What goes wrong with PostgreSQL in the drills. Servers reach the database, and the standby its primary, by lines that can
 * be cut.
 */
import { type PostgresServer, startPostgres } from '../engines/postgres.ts';
import { createTcpProxy, type TcpProxy } from '../engines/tcp-proxy.ts';
import { pause } from './honest-client.ts';
import type { DrillUnderWay } from './run-drill.ts';

/** A primary with a standby that follows it, and the lines. */
export interface PostgresSite {
  /** Where the servers find the database, whoever is the primary. */
  readonly url: string;
  readonly primary: PostgresServer;
  readonly standby: PostgresServer;
  readonly toDatabase: TcpProxy;
  readonly toPrimary: TcpProxy;
  remove(): Promise<void>;
}

export interface PostgresFault {
  readonly name: string;
  /** Whether the database loses acknowledged rotations in it. */
  readonly losesWrites: boolean;
  /** Whether the site is of no use after it. */
  readonly endsSite: boolean;
  /** Does the damage and repairs it; the clock of recovery starts when there is a database again. */
  fail(site: PostgresSite, drill: DrillUnderWay): Promise<void>;
}

/** How long the line is cut, how long the standby misses everything (so long that sessions rotate), how long a primary is down. */
const cutFor = 6_000;
const missingFor = 6_000;
const downFor = 1_000;

export async function openSite(): Promise<PostgresSite> {
  const engine = await startPostgres();
  const { primary } = engine;
  const toDatabase = await createTcpProxy(primary.port);
  const toPrimary = await createTcpProxy(primary.port);
  const url = new URL(primary.url);
  url.port = String(toDatabase.port);
  return {
    url: url.href,
    primary,
    standby: await engine.addStandby(toPrimary.port),
    toDatabase,
    toPrimary,
    remove: async () => {
      await Promise.all([toDatabase.close(), toPrimary.close()]);
      await engine.remove();
    },
  };
}

export const killPrimary: PostgresFault = {
  name: 'kill -9 of the primary, and its restart',
  losesWrites: false,
  endsSite: false,
  fail: async ({ primary }, { startClock }) => {
    await primary.kill();
    await pause(downFor);
    await primary.start();
    startClock();
  },
};

export const cutLine: PostgresFault = {
  name: 'no line between the servers and their database',
  losesWrites: false,
  endsSite: false,
  fail: async ({ toDatabase }, { startClock }) => {
    toDatabase.cut();
    await pause(cutFor);
    toDatabase.mend();
    startClock();
  },
};

export const promoteStale: PostgresFault = {
  name: 'promotion of a standby that has missed the last writes',
  losesWrites: true,
  endsSite: true,
  fail: async ({ primary, standby, toDatabase, toPrimary }, { holdSignOuts, resumeSignOuts, startClock }) => {
    // A sign-out that only the primary has is lost with it, and the docs say so.
    await holdSignOuts();
    await standby.catchUp(primary);
    toPrimary.cut();
    await pause(missingFor);
    await primary.kill();
    await standby.promote();
    toDatabase.redirect(standby.port);
    startClock();
    resumeSignOuts();
  },
};
