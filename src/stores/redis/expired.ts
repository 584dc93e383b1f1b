/**
 * What has reached its end and Redis does not drop by itself: entries of the feed, and signing keys. A step goes on with the
 * bucket where the one before stopped.
 */
import type { Sweep } from '../store.ts';
import type { Connection } from './connection.ts';
import { bucketCount, type Keys } from './keys.ts';
import { trimFeed } from './scripts.ts';
import type { SigningKeyTable } from './signing-keys.ts';

/** Takes one step of the sweep. */
export type RemoveExpired = (limit: number) => Promise<Sweep>;

/** How many entries one script looks at: it holds up everyone else on its server. */
const largestTrim = 1_000;

export function createRemoveExpired(connection: Connection, keys: Keys, signingKeys: SigningKeyTable): RemoveExpired {
  let bucket = 0;

  async function trim(limit: number): Promise<number> {
    const most = Math.min(limit, largestTrim);
    const removed = Number(await connection.run({ script: trimFeed, keys: [keys.feed(bucket)], values: [most] }));
    if (removed < most) bucket += 1;
    return removed;
  }

  return async (limit) => {
    let removed = bucket === 0 ? await removeKeys(signingKeys) : 0;
    while (bucket < bucketCount && removed < limit) removed += await trim(limit - removed);
    const done = bucket >= bucketCount;
    if (done) bucket = 0;
    return { removed, done };
  };
}

/** Gives how many signing keys were over. */
function removeKeys(signingKeys: SigningKeyTable): Promise<number> {
  return signingKeys.update((records, now) => {
    const remove = records.filter(({ publishedUntil }) => (publishedUntil ?? now) < now).map(({ kid }) => kid);
    return { write: remove.length > 0 ? { remove } : undefined, result: remove.length };
  });
}
