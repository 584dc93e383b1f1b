// The feed and the keys between processes: the server in one of its own, verifiers here. `npm run drills:feed` is longer.
import { describe, expect, it } from 'vitest';
import { catchUp } from './catch-up.ts';
import { type CutFeedResult, cutFeed } from './cut-feed.ts';
import { muteFeed } from './mute-feed.ts';
import { rollUnderLoad } from './roll-under-load.ts';

const maxStaleness = 2;

function split({ whileCut }: CutFeedResult) {
  return {
    fresh: whileCut.filter(({ feedAgeAfterSeconds }) => feedAgeAfterSeconds < maxStaleness),
    stale: whileCut.filter(({ feedAgeSeconds }) => feedAgeSeconds > maxStaleness),
  };
}

describe('a feed that is cut', () => {
  it('is believed up to its bound; then each verifier does as it was told, until the line is mended', async () => {
    const results = await cutFeed(maxStaleness, 4);
    for (const result of results) {
      const { fresh, stale } = split(result);
      expect([fresh.length > 0, stale.length > 0]).toEqual([true, true]);
      for (const { living, ended } of fresh) expect([living, ended]).toEqual(['ok', 'ok']);
      const expected = {
        reject: ['503 feed_stale', '503 feed_stale'],
        introspect: ['ok', '401 inactive'],
        accept: ['ok', 'ok'],
      }[result.onStale];
      for (const { living, ended } of stale)
        expect([result.onStale, living, ended]).toEqual([result.onStale, ...expected]);
      // The last thing that was heard was at most a heartbeat old, so the bound is reached that much sooner.
      expect(stale[0]?.seconds).toBeGreaterThan(maxStaleness - 2);
      expect(result.recoverySeconds).toBeLessThan(10);
    }
  });
});

describe('a feed of which only comments come through', () => {
  it('is followed some other way, well before it is stale', async () => {
    const { verdicts, seconds } = await muteFeed(7);
    expect(verdicts).toEqual(['ok', '401 revoked']);
    expect(seconds).toBeLessThan(7);
  });
});

describe('a follower that was away', () => {
  it('goes on from where it was, in order, with everything that has happened since', async () => {
    const { seconds, ...result } = await catchUp(20_000);
    expect(result).toEqual({ entries: 20_000, isInOrder: true, snapshots: 0 });
    expect(seconds).toBeLessThan(10);
  });
});

describe('a signing key that rolls over under load', () => {
  it('makes no verifier refuse a token, nor fetch the key set more often than it would have', async () => {
    const result = await rollUnderLoad({ verifiers: 5, clients: 2, speed: 360 });
    expect(result.refusals).toEqual([]);
    expect(result.kids).toHaveLength(2);
    expect(result.kids.at(-1)).toBe(result.nextKid);
    expect(result.mostInACooldown).toBe(1);
    expect(result.keySetFetches).toBeLessThanOrEqual(result.expectedFetches);
  });
});
