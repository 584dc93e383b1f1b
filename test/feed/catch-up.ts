/**
 * Drill: the line that carries the feed breaks, very many sessions end behind it, and it is laid again. Gives how long the
 * follower takes from then on to have every entry, and whether they came in order and as entries, not as a new snapshot.
 */
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { prepareRevocations } from '../../src/stores/sqlite/revocations.ts';
import { followFeed } from '../../src/verifier/feed-follower.ts';
import { wait } from '../../src/verifier/wait.ts';
import { feedSecret } from './drill-settings.ts';
import { openFeed } from './open-feed.ts';

export interface CatchUpResult {
  readonly entries: number;
  /** From the connection's first request to the last entry taken in. */
  readonly seconds: number;
  readonly isInOrder: boolean;
  readonly snapshots: number;
}

export async function catchUp(entries: number): Promise<CatchUpResult> {
  const feed = await openFeed();
  const positions: number[] = [];
  let snapshots = 0;
  let askedAt = 0;
  const { promise: warm, resolve: setWarm } = Promise.withResolvers<void>();
  const { promise: begun, resolve: setBegun } = Promise.withResolvers<void>();
  const { promise: whole, resolve: setWhole } = Promise.withResolvers<void>();
  const stop = followFeed({
    url: feed.feedUrl,
    secret: feedSecret,
    fetch: (url, init) => {
      askedAt = performance.now();
      return fetch(url, init);
    },
    receive: (message, isSnapshot) => {
      setWarm();
      if (isSnapshot) snapshots += 1;
      for (const { position } of message.entries) positions.push(position);
      if (positions.length > 0) setBegun();
      if (positions.length > entries) setWhole();
    },
    tell: () => {},
    wait,
    random: () => 0.5,
    monotonic: () => performance.now(),
    silence: 15_000,
  });
  try {
    await warm;
    // One before the break, so that there is an entry to go on from.
    await feed.signOut((await feed.signIn('first')).access_token);
    await begun;
    snapshots = 0;
    feed.line.redirect(1);
    endSessions(feed.database, entries);
    feed.line.redirect(Number(new URL(feed.issuer).port));
    await whole;
    const seconds = (performance.now() - askedAt) / 1000;
    const isInOrder = positions.every((position, index) => index === 0 || position === (positions[index - 1] ?? 0) + 1);
    return { entries: positions.length - 1, seconds, isInOrder, snapshots };
  } finally {
    stop();
    await feed.close();
  }
}

/** In one transaction of the store's own statements: each session by itself would take a flush each. */
function endSessions(database: string, count: number): void {
  const db = new DatabaseSync(database);
  db.exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE');
  const revocations = prepareRevocations(db);
  const heldUntil = Date.now() + 3_600_000;
  for (let index = 0; index < count; index += 1) {
    revocations.append({ sid: randomBytes(16).toString('base64url'), heldUntil });
  }
  db.exec('COMMIT');
  db.close();
}
