/**
 * What survives the page: which session this browser has, and how the last one ended. With delivery in the body the refresh
 * token too. Never an access token. A tombstone outlives its session, so that a tab that slept learns of the end.
 */
import type { ClientStorage } from './environment.ts';
import type { EndedSession } from './session.ts';

export interface SessionRecord extends Pick<EndedSession, 'facts'>, Partial<Pick<EndedSession, 'ended'>> {
  /** Only with delivery in the body. After an end other than a sign-out it still names the device at the next sign-in. */
  readonly refreshToken?: string | undefined;
}

/** Where the record is. None of it rejects: where storage is denied or full, the record lives in memory. */
export interface RecordStore {
  readonly read: () => Promise<SessionRecord | undefined>;
  readonly write: (record: SessionRecord) => Promise<void>;
}

export function createRecordStore(storage: ClientStorage | undefined, key: string): RecordStore {
  let inMemory: SessionRecord | undefined;
  let works = storage;
  return {
    async read() {
      try {
        const record = JSON.parse((await works?.getItem(key)) as string) as SessionRecord;
        if (record.facts.sessionId) return record;
      } catch {
        // Denied, or not ours.
      }
      return inMemory;
    },
    async write(record) {
      inMemory = record;
      try {
        await works?.setItem(key, JSON.stringify(record));
      } catch {
        works = undefined;
      }
    },
  };
}
