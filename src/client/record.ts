/**
 * What survives the page: which session this browser has, and how the last one ended. With delivery in the body the refresh
 * token too. Never an access token. A tombstone outlives its session, so that a tab that slept learns of the end.
 */
import type { Environment } from './environment.ts';
import type { Session } from './session.ts';
import type { EndReason } from './state.ts';

export interface SessionRecord {
  readonly sessionId: string;
  /** Absent after a sign-out, which leaves nothing about the user behind. */
  readonly subject?: string;
  readonly deviceId?: string;
  readonly scope?: string;
  readonly refreshTokenExpiresAt?: number;
  readonly sessionEndsAt?: number;
  /** Only with delivery in the body. After an end other than a sign-out it still names the device at the next sign-in. */
  readonly refreshToken?: string;
  /** How the session ended; absent while it lives. */
  readonly ended?: EndReason;
}

/** Where the record is. None of it throws: where storage is denied or full, the record lives in memory. */
export interface RecordStore {
  read(): Promise<SessionRecord | undefined>;
  write(record: SessionRecord): Promise<void>;
}

export function createRecordStore(storage: Environment['localStorage'], key: string): RecordStore {
  let inMemory: SessionRecord | undefined;
  let denied = storage === undefined;
  return {
    async read() {
      if (denied) return inMemory;
      try {
        return parse(await storage?.getItem(key));
      } catch {
        denied = true;
        return inMemory;
      }
    },
    async write(record) {
      inMemory = record;
      try {
        await storage?.setItem(key, JSON.stringify(record));
      } catch {
        denied = true;
      }
    },
  };
}

/** The record of a live session. */
export function recordOf(session: Session, refreshToken: string | undefined): SessionRecord {
  const { sessionId, subject, deviceId, scope, refreshTokenExpiresAt, sessionEndsAt } = session;
  return {
    sessionId,
    subject,
    deviceId,
    ...(scope !== undefined && { scope }),
    refreshTokenExpiresAt,
    sessionEndsAt,
    ...(refreshToken !== undefined && { refreshToken }),
  };
}

/** What is left of a session that ended. */
export function tombstoneOf(record: SessionRecord, reason: EndReason): SessionRecord {
  const { sessionId } = record;
  return reason === 'signed_out' ? { sessionId, ended: reason } : { ...record, ended: reason };
}

function parse(text: string | null | undefined): SessionRecord | undefined {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<SessionRecord> | null;
    return typeof value?.sessionId === 'string' ? (value as SessionRecord) : undefined;
  } catch {
    return undefined;
  }
}
