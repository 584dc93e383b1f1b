/**
 * Until when a session's row is held, for stores that do not say it in a language of their own.
 */
import { sessionEnd } from '../session/expiry.ts';
import type { SessionRecord } from '../session/session-record.ts';
import { revokedRowsKeptFor } from './store.ts';

/** When the row may go, in milliseconds of the store's clock; `null` for never. */
export function rowEnd(session: SessionRecord): number | null {
  const { revokedAt } = session;
  return sessionEnd(session) ?? (revokedAt === null ? null : revokedAt + revokedRowsKeptFor);
}
