/**
 * The revocation feed in memory.
 */
import { randomBytes } from 'node:crypto';
import type { Revocation, RevocationPage, StoredRevocation } from '../store.ts';

export interface Revocations {
  append(revocation: Revocation): void;
  read(cursor: string | undefined, readAt: number): RevocationPage;
  /** Gives how many were removed. */
  removeExpired(now: number, limit: number): number;
}

interface Entry {
  readonly cursor: string;
  readonly stored: StoredRevocation;
}

/** The cursor of a feed that has never said anything. */
const origin = '0-';

export function createRevocations(): Revocations {
  let entries: Entry[] = [];
  let position = 0;
  return {
    append: (revocation) => {
      position += 1;
      const cursor = `${position}-${randomBytes(9).toString('base64url')}`;
      entries.push({ cursor, stored: { ...revocation, position } });
    },
    read: (cursor = origin, readAt) => {
      const place = entries.findIndex((entry) => entry.cursor === cursor);
      const isHeld = place >= 0 || (entries.length === 0 && cursor === origin);
      return {
        reset: !isHeld,
        cursor: entries.at(-1)?.cursor ?? origin,
        entries: entries.slice(place + 1).map(({ stored }) => stored),
        readAt,
      };
    },
    // The newest entry stays whatever its age: it is the place where followers stand.
    removeExpired: (now, limit) => {
      const over = new Set(
        entries
          .slice(0, -1)
          .filter(({ stored }) => stored.heldUntil < now)
          .slice(0, limit),
      );
      entries = entries.filter((entry) => !over.has(entry));
      return over.size;
    },
  };
}
