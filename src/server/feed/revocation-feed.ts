/**
 * The revocation feed on this server: follows the store's entries for whoever follows this server, so that a thousand
 * verifiers cost one look at the store. Hints of the store make it look at once; it looks every 500 ms all the same, since
 * another process may have written.
 */
import type { RevocationEntry, RevocationsResponse } from '../../protocol/wire.ts';
import type { RevocationPage, Store, StoredRevocation } from '../../stores/store.ts';
import { runAgain } from './run-again.ts';

export interface RevocationFeed {
  /** What there is after `cursor`, or everything that is held where there is no cursor, or none such. */
  read(cursor: string | undefined): Promise<RevocationsResponse>;
  /** Calls `listener` after each look at the store. The feed looks only while somebody listens. Gives the way out. */
  onLook(listener: () => void): () => void;
  /** Stops looking, and calls every listener for the last time. */
  close(): void;
  isClosed(): boolean;
}

const lookEvery = 500;

export function createRevocationFeed(store: Store, onFault: (error: unknown) => void): RevocationFeed {
  const listeners = new Set<() => void>();
  /** What was read since the feed began to look; each page goes on where the one before it ends. */
  let pages: readonly RevocationPage[] = [];
  let readAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopHints: (() => void) | undefined;
  let isClosed = false;

  const lookOnce = async () => {
    const page = await store.readRevocations(pages.at(-1)?.cursor);
    readAt = page.readAt;
    if (page.reset || pages.length === 0) pages = [page];
    else if (page.entries.length > 0) pages = [...pages.filter((held) => isHeld(held, readAt)), page];
    for (const listener of listeners) listener();
  };
  // What was committed after the look under way began would otherwise wait for the next one.
  const look = runAgain(async () => {
    clearTimeout(timer);
    await lookOnce().catch(onFault);
    if (listeners.size > 0) timer = setTimeout(hint, lookEvery).unref();
  });
  const hint = () => void look();
  const stop = () => {
    clearTimeout(timer);
    stopHints?.();
    stopHints = undefined;
    pages = [];
  };

  return {
    read: async (cursor) => {
      const place = cursor === undefined ? -1 : pages.findIndex((page) => page.cursor === cursor);
      if (cursor === undefined || place < 0) return toResponse(await store.readRevocations(cursor));
      const later = pages.slice(place + 1);
      const entries = later.flatMap((page) => page.entries);
      return toResponse({ reset: false, cursor: later.at(-1)?.cursor ?? cursor, entries, readAt });
    },
    onLook: (listener) => {
      if (isClosed) return () => {};
      listeners.add(listener);
      stopHints ??= store.onRevocations(hint);
      hint();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    close: () => {
      isClosed = true;
      for (const listener of listeners) listener();
      listeners.clear();
      stop();
    },
    isClosed: () => isClosed,
  };
}

function isHeld({ entries }: RevocationPage, now: number): boolean {
  return entries.some(({ heldUntil }) => heldUntil >= now);
}

function toResponse({ cursor, reset, entries, readAt }: RevocationPage): RevocationsResponse {
  return { cursor, reset, head_read_at: Math.floor(readAt / 1000), entries: entries.map(toEntry) };
}

function toEntry(stored: StoredRevocation): RevocationEntry {
  const { position } = stored;
  if ('sid' in stored) return { position, sid: stored.sid };
  const { subject, before, exceptSid } = stored;
  return { position, sub: subject, before, ...(exceptSid === null ? {} : { except: exceptSid }) };
}
