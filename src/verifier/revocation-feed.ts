/**
 * What a verifier knows of revocations, and how well it knows it: the list, and its age, counted from when the server last
 * read the head of the feed. Who brings the news, a follower or a source in the same process, is no concern of this file.
 */
import type { RevocationEntry } from '../protocol/wire.ts';
import { createRevocationList } from './revocation-list.ts';
import type { TellVerifierEvent } from './verifier-event.ts';

/** `cold`: nothing has been heard yet. `stale`: what is known is too old, or not whole, to say that a session is live. */
export type RevocationVerdict = 'live' | 'revoked' | 'stale' | 'cold';

export interface RevocationFeed {
  /** Takes in what was said when the head was as of `headReadAt`. The first call brings everything that is held. */
  receive(entries: readonly RevocationEntry[], headReadAt: number, isSnapshot: boolean): void;
  /** What is known of a session. A revocation stands however old the list is. */
  judge(session: JudgedSession, now: number): RevocationVerdict;
  /** Resolves with the first snapshot. */
  readonly warm: Promise<void>;
  status(now: number): FeedStatus;
}

/** A session that is asked about, again and again. */
export interface JudgedSession {
  readonly sid: string;
  readonly sub: string;
  /** In milliseconds. */
  readonly startedAt: number;
  /** The version of the list at which it was last found live, which spares looking again until there is news. */
  liveAtVersion: number | undefined;
}

/** For metrics. */
export interface FeedStatus {
  readonly state: 'live' | 'stale' | 'cold';
  /** How long ago the server last read the head of the feed; `undefined` before the first snapshot. */
  readonly ageSeconds: number | undefined;
  /** Sessions and users that the list names. */
  readonly entries: number;
}

/** Durations in milliseconds. */
export interface RevocationFeedOptions {
  readonly maxStaleness: number;
  readonly keepFor: number;
  readonly maxEntries: number;
  readonly now: () => number;
  readonly tell: TellVerifierEvent;
}

/**
 * The most that passes for the list between two messages, which come each second. Else a clock that jumps ahead would have it
 * forget everything, and once that is set right, tokens of ended sessions would be good again. What entries are kept for beyond
 * the life of tokens makes up for one jump and the way back.
 */
const longestStep = 60_000;

export function createRevocationFeed({
  maxStaleness,
  now: clock,
  tell,
  ...limits
}: RevocationFeedOptions): RevocationFeed {
  const list = createRevocationList(limits);
  const { promise: warm, resolve: setWarm } = withResolver();
  let headReadAt: number | undefined;
  let wasStale = false;
  let heardAt: number | undefined;
  let passed = 0;

  const pass = (now: number) => {
    passed += Math.min(Math.max(0, now - (heardAt ?? now)), longestStep);
    heardAt = now;
  };
  const ageAt = (now: number) => {
    if (headReadAt === undefined) return undefined;
    // From a server whose clock is ahead, or from before ours went back: a feed that is cut off then would long count as fresh.
    headReadAt = Math.min(headReadAt, now);
    return now - headReadAt;
  };
  const notice = (isStale: boolean, age: number) => {
    if (isStale === wasStale) return;
    wasStale = isStale;
    tell(isStale ? { type: 'feed_stale', ageSeconds: age / 1000 } : { type: 'feed_fresh' });
  };
  const stateAt = (now: number): FeedStatus['state'] => {
    const age = ageAt(now);
    if (age === undefined) return 'cold';
    const isStale = age > maxStaleness || !list.isWhole(passed);
    notice(isStale, age);
    return isStale ? 'stale' : 'live';
  };
  return {
    warm,
    receive: (entries, readAt, isSnapshot) => {
      const now = clock();
      pass(now);
      list.prune(passed);
      list.add(entries, passed);
      headReadAt = Math.max(readAt, headReadAt ?? readAt);
      setWarm();
      stateAt(now);
      if (isSnapshot) tell({ type: 'feed_snapshot', entries: entries.length });
      else if (entries.length > 0) tell({ type: 'feed_entries', entries: entries.length });
    },
    judge: (session, now) => {
      if (session.liveAtVersion !== list.version && list.isRevoked(session, session.startedAt)) return 'revoked';
      session.liveAtVersion = list.version;
      return stateAt(now);
    },
    status: (now) => {
      const age = ageAt(now);
      return { state: stateAt(now), ageSeconds: age === undefined ? undefined : age / 1000, entries: list.size };
    },
  };
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
