/**
 * Drill: a proxy comes to swallow the events of the feed and keeps the connection open by comments. A session is ended
 * behind it. Gives what a verifier said of that session, moment by moment, until it knew.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createVerifier } from '../../src/verifier/index.ts';
import { feedSecret } from './drill-settings.ts';
import { createMutingProxy } from './muting-proxy.ts';
import { openFeed } from './open-feed.ts';

const lookEvery = 50;

export interface MuteFeedResult {
  /** Each thing that was said once, in order: `ok`, or why not. */
  readonly verdicts: readonly string[];
  readonly seconds: number;
}

/** Gives up after three times `maxStalenessSeconds`. */
export async function muteFeed(maxStalenessSeconds: number): Promise<MuteFeedResult> {
  const feed = await openFeed();
  const { issuer } = feed;
  const proxy = await createMutingProxy(Number(new URL(issuer).port));
  const url = `http://127.0.0.1:${proxy.port}/revocations`;
  const verifier = createVerifier({ issuer, audience: issuer, maxStalenessSeconds, feed: { secret: feedSecret, url } });
  try {
    await verifier.ready();
    const { access_token } = await feed.signIn('ended');
    const verdicts = new Set<string>();
    proxy.mute();
    const mutedAt = performance.now();
    await feed.signOut(access_token);
    while (!verdicts.has('401 revoked') && performance.now() < mutedAt + maxStalenessSeconds * 3000) {
      const result = await verifier.verify(access_token);
      verdicts.add(result.ok ? 'ok' : `${result.error.status} ${result.error.detail}`);
      await pause(lookEvery);
    }
    return { verdicts: [...verdicts], seconds: (performance.now() - mutedAt) / 1000 };
  } finally {
    verifier.close();
    await proxy.close();
    await feed.close();
  }
}
