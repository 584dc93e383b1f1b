/**
 * Drill: the line that carries the feed is cut while verifiers are at work, one for each thing that `onStale` can say, and
 * mended again. Keys and introspection stay within reach. Gives what each verifier said of a session that lives and of one
 * that is ended behind the cut, with how old the feed was when it said so.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createVerifier, type OnStale, type Verifier } from '../../src/verifier/index.ts';
import { drillClient, feedSecret } from './drill-settings.ts';
import { type OpenFeed, openFeed } from './open-feed.ts';

/** What was said at one moment: `ok`, or why not. */
export interface Observation {
  /** What the verifier itself says, which is what it goes by, when it was asked. */
  readonly feedAgeSeconds: number;
  /** The same when it had answered. */
  readonly feedAgeAfterSeconds: number;
  /** Since the cut. */
  readonly seconds: number;
  readonly living: string;
  readonly ended: string;
}

export interface CutFeedResult {
  readonly onStale: OnStale;
  readonly whileCut: readonly Observation[];
  /** When the line was mended, until the verdicts were those of a fresh feed; in seconds. */
  readonly recoverySeconds: number;
}

const lookEvery = 50;

/** `lookFor` counts from the cut, `recoverWithin` from when the line is mended. */
export async function cutFeed(maxStalenessSeconds: number, lookForSeconds: number): Promise<readonly CutFeedResult[]> {
  const feed = await openFeed();
  const kinds: readonly OnStale[] = ['reject', 'introspect', 'accept'];
  const verifiers = kinds.map((onStale) => ({ onStale, verifier: openVerifier(feed, onStale, maxStalenessSeconds) }));
  try {
    await Promise.all(verifiers.map(({ verifier }) => verifier.ready()));
    const [living, ended] = [await feed.signIn('living'), await feed.signIn('ended')];
    const tokens = [living.access_token, ended.access_token] as const;
    feed.line.cut();
    const cutAt = performance.now();
    await feed.signOut(ended.access_token);
    const watched = verifiers.map(({ verifier }) => watch(verifier, tokens, cutAt, lookForSeconds));
    const observations = await Promise.all(watched);
    feed.line.mend();
    const recoveries = await Promise.all(verifiers.map(({ verifier }) => recover(verifier, tokens)));
    return kinds.map((onStale, index) => ({
      onStale,
      whileCut: observations[index] ?? [],
      recoverySeconds: recoveries[index] ?? Number.NaN,
    }));
  } finally {
    for (const { verifier } of verifiers) verifier.close();
    await feed.close();
  }
}

const { clientId, clientSecret } = drillClient;

function openVerifier({ issuer, feedUrl }: OpenFeed, onStale: OnStale, maxStalenessSeconds: number): Verifier {
  return createVerifier({
    issuer,
    audience: issuer,
    feed: { secret: feedSecret, url: feedUrl },
    maxStalenessSeconds,
    onStale,
    ...(onStale === 'introspect' ? { introspection: { clientId, clientSecret } } : {}),
  });
}

type Tokens = readonly [living: string, ended: string];

async function look(verifier: Verifier, tokens: Tokens, cutAt: number): Promise<Observation> {
  const age = () => verifier.status().feed?.ageSeconds ?? Number.POSITIVE_INFINITY;
  const feedAgeSeconds = age();
  const [living = '', ended = ''] = await Promise.all(tokens.map((token) => verdict(verifier, token)));
  return { feedAgeSeconds, feedAgeAfterSeconds: age(), seconds: (performance.now() - cutAt) / 1000, living, ended };
}

async function verdict(verifier: Verifier, token: string): Promise<string> {
  const result = await verifier.verify(token);
  return result.ok ? 'ok' : `${result.error.status} ${result.error.detail}`;
}

async function watch(
  verifier: Verifier,
  tokens: Tokens,
  cutAt: number,
  lookForSeconds: number,
): Promise<readonly Observation[]> {
  const seen: Observation[] = [];
  while (performance.now() < cutAt + lookForSeconds * 1000) {
    seen.push(await look(verifier, tokens, cutAt));
    await pause(lookEvery);
  }
  return seen;
}

/** Waits until the verdicts are those that the server would give, and gives how long that took. */
async function recover(verifier: Verifier, tokens: Tokens): Promise<number> {
  const mendedAt = performance.now();
  while (true) {
    const { living, ended } = await look(verifier, tokens, mendedAt);
    if (living === 'ok' && ended === '401 revoked') return (performance.now() - mendedAt) / 1000;
    await pause(lookEvery);
  }
}
