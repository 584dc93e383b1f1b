/**
 * The revocation feed in memory.
 */
import { randomBytes } from 'node:crypto';
import type { Revocation, RevocationCursor, RevocationPage, StoredRevocation } from '../store.ts';

export interface Revocations {
  append(revocation: Revocation): void;
  read(cursor: RevocationCursor | undefined, readAt: number): RevocationPage;
  /** Gives how many were removed. */
  removeExpired(now: number, limit: number): number;
}

const origin: RevocationCursor = { position: 0, id: '' };

export function createRevocations(): Revocations {
  let entries: StoredRevocation[] = [];
  let position = 0;
  return {
    append: (revocation) => {
      position += 1;
      entries.push({ ...revocation, position, id: randomBytes(9).toString('base64url') });
    },
    read: (cursor = origin, readAt) => {
      const head = entries.at(-1) ?? origin;
      const place = entries.findIndex((entry) => entry.position === cursor.position && entry.id === cursor.id);
      const isHeld = place >= 0 || (entries.length === 0 && cursor.position === origin.position);
      return { reset: !isHeld, head, entries: entries.slice(place + 1), readAt };
    },
    // The newest entry stays whatever its age: it is the place where followers stand.
    removeExpired: (now, limit) => {
      const over = new Set(
        entries
          .slice(0, -1)
          .filter(({ heldUntil }) => heldUntil < now)
          .slice(0, limit),
      );
      entries = entries.filter((entry) => !over.has(entry));
      return over.size;
    },
  };
}
