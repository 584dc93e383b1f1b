/**
 * The revocation feed on this server: follows the store's entries and tells subscribers. Hints of the store make it look
 * at once; it looks every 500 ms all the same, since another process may have written.
 */
import type { RevocationEntry } from '../../protocol/wire.ts';
import type { RevocationCursor, Store, StoredRevocation } from '../../stores/store.ts';

/** Gets entries, and when the head of the feed was last read from the store, in seconds of the store's clock. */
export type RevocationListener = (entries: readonly RevocationEntry[], headReadAt: number) => void;

export interface RevocationFeed {
  /** Gets everything that is held, then whatever comes; an empty list means that nothing was new. Gives the way out. */
  subscribe(listener: RevocationListener): () => void;
  close(): void;
}

const lookEvery = 500;

/** Makes the feed. It looks at the store only while somebody listens. */
export function createRevocationFeed(store: Store, onFault: (error: unknown) => void): RevocationFeed {
  const listeners = new Set<RevocationListener>();
  let held: readonly StoredRevocation[] = [];
  let cursor: RevocationCursor | undefined;
  let headReadAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopHints: (() => void) | undefined;
  let _looking: Promise<void> | undefined;

  const read = async () => {
    const page = await store.readRevocations(cursor);
    cursor = page.head;
    headReadAt = Math.floor(page.readAt / 1000);
    held = [...(page.reset ? [] : held), ...page.entries].filter(({ heldUntil }) => heldUntil >= page.readAt);
    const entries = page.entries.map(toEntry);
    for (const listener of listeners) listener(entries, headReadAt);
  };
  const look = () => {
    clearTimeout(timer);
    _looking ??= read()
      .catch(onFault)
      .finally(() => {
        _looking = undefined;
        if (listeners.size > 0) timer = setTimeout(look, lookEvery).unref();
      });
  };
  const leave = (listener: RevocationListener) => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    stopHints?.();
    stopHints = undefined;
  };

  return {
    subscribe: (listener) => {
      if (cursor !== undefined) listener(held.map(toEntry), headReadAt);
      listeners.add(listener);
      stopHints ??= store.onRevocations(look);
      look();
      return () => leave(listener);
    },
    close: () => {
      for (const listener of listeners) leave(listener);
    },
  };
}

/** An entry as the wire has it. */
export function toEntry(stored: StoredRevocation): RevocationEntry {
  const { position } = stored;
  if ('sid' in stored) return { position, sid: stored.sid };
  const { subject, before, exceptSid } = stored;
  return { position, sub: subject, before, ...(exceptSid === null ? {} : { except: exceptSid }) };
}
