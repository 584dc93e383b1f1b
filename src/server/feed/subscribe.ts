/**
 * The feed for a verifier in this very process.
 */
import type { RevocationEntry } from '../../protocol/wire.ts';
import type { RevocationFeed } from './revocation-feed.ts';
import { runAgain } from './run-again.ts';

/** Gets entries, and when the head of the feed was last read from the store, in seconds of the store's clock. */
export type RevocationListener = (entries: readonly RevocationEntry[], headReadAt: number) => void;

/** Tells `listener` what is held, then whatever comes; an empty list means that nothing was new. Gives the way out. */
export function subscribe(
  feed: RevocationFeed,
  listener: RevocationListener,
  onFault: (error: unknown) => void,
): () => void {
  let cursor: string | undefined;
  const tell = runAgain(async () => {
    try {
      const page = await feed.read(cursor);
      cursor = page.cursor;
      listener(page.entries, page.head_read_at);
    } catch (error) {
      onFault(error);
    }
  });
  return feed.onLook(() => void tell());
}
