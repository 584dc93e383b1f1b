/**
 * Drill: the signing key rolls over while clients refresh and verifiers check what they get, on a clock that runs fast. Gives
 * what the verifiers refused, and how often they fetched the key set.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { decodeProtectedHeader } from 'jose';
import { createVerifier, type Verifier } from '../../src/verifier/index.ts';
import { createFastClock, feedSecret } from './drill-settings.ts';
import { type OpenFeed, openFeed } from './open-feed.ts';

export interface RollOrder {
  readonly verifiers: number;
  readonly clients: number;
  /** How much faster the clock runs than ours. */
  readonly speed: number;
}

export interface RollResult {
  readonly checks: number;
  /** Why tokens were refused; none should be. */
  readonly refusals: readonly string[];
  /** The keys that signed, in the order in which they were first seen. */
  readonly kids: readonly string[];
  readonly nextKid: string;
  readonly keySetFetches: number;
  /** The most fetches of one verifier within one of its cool-downs: 1 where none ever storms. */
  readonly mostInACooldown: number;
  /** How often verifiers may fetch because a set has grown old, and once at the start. */
  readonly expectedFetches: number;
}

const cooldownSeconds = 30;
/** What a key set may be kept for, and the part of that after which a verifier fetches ahead. */
const refetchSeconds = 300 * 0.75;
/** The next key signs after 20 minutes; the last token of the one before is dead after 15 more. */
const wholeRollSeconds = 36 * 60;

export async function rollUnderLoad({ verifiers: count, clients, speed }: RollOrder): Promise<RollResult> {
  const feed = await openFeed(speed);
  const now = createFastClock(speed);
  const watched = Array.from({ length: count }, () => openVerifier(feed, now));
  const seen = { checks: 0, refusals: [] as string[], kids: new Set<string>() };
  const startedAt = now();
  try {
    await Promise.all(watched.map(({ verifier }) => verifier.ready()));
    const load = {
      feed,
      verifiers: watched.map(({ verifier }) => verifier),
      seen,
      until: startedAt + wholeRollSeconds * 1000,
      now,
    };
    const working = Array.from({ length: clients }, (_, index) => work(load, `user${index}`));
    const nextKid = await feed.roll();
    await Promise.all(working);
    const fetches = watched.map(({ fetchedAt }) => fetchedAt);
    return {
      ...seen,
      kids: [...seen.kids],
      nextKid,
      keySetFetches: fetches.flat().length,
      mostInACooldown: Math.max(...fetches.map(mostInACooldown)),
      expectedFetches: count * (1 + Math.ceil((now() - startedAt) / 1000 / refetchSeconds)),
    };
  } finally {
    for (const { verifier } of watched) verifier.close();
    await feed.close();
  }
}

interface WatchedVerifier {
  readonly verifier: Verifier;
  /** By the fast clock, in milliseconds. */
  readonly fetchedAt: readonly number[];
}

function openVerifier({ issuer }: OpenFeed, now: () => number): WatchedVerifier {
  const fetchedAt: number[] = [];
  const verifier = createVerifier({
    issuer,
    audience: issuer,
    now,
    feed: { secret: feedSecret },
    // An answer takes as long as ever, which is minutes by a clock that runs fast.
    maxStalenessSeconds: 3600,
    keyCooldownSeconds: cooldownSeconds,
    fetch: (url, init) => {
      if (url.endsWith('jwks.json')) fetchedAt.push(now());
      return fetch(url, init);
    },
  });
  return { verifier, fetchedAt };
}

interface Load {
  readonly feed: OpenFeed;
  readonly verifiers: readonly Verifier[];
  readonly seen: { checks: number; readonly refusals: string[]; readonly kids: Set<string> };
  readonly until: number;
  readonly now: () => number;
}

/** One client: refreshes again and again, and shows each access token to every verifier. */
async function work({ feed, verifiers, seen, until, now }: Load, username: string): Promise<void> {
  let tokens = await feed.signIn(username);
  while (now() < until) {
    const { access_token: token, refresh_token: refreshToken } = tokens;
    seen.kids.add(decodeProtectedHeader(token).kid ?? '');
    for (const result of await Promise.all(verifiers.map((verifier) => verifier.verify(token)))) {
      seen.checks += 1;
      if (!result.ok) seen.refusals.push(`${result.error.status} ${result.error.detail}`);
    }
    await pause(20);
    tokens = await feed.refresh(refreshToken ?? '');
  }
}

function mostInACooldown(fetchedAt: readonly number[]): number {
  return Math.max(
    ...fetchedAt.map((at) => fetchedAt.filter((other) => other >= at && other < at + cooldownSeconds * 1000).length),
  );
}
