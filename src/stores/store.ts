/**
 * The port between the server and whatever keeps its data. A store keeps rows and applies decisions atomically; it never
 * knows a rule. Each act that writes reads what the decision needs, hands it to a `decide` function together with the
 * store's own clock, and writes what comes back only if the rows are still as they were read. `decide` is pure and may be
 * called again. Every method rejects with a `StoreError` where the engine does not do as told; nothing is then known to be
 * written, and the same call may be made again. Times are milliseconds of the store's clock.
 */
import type { PublicJwk } from '../protocol/wire.ts';
import type { DeviceRecord } from '../session/device-record.ts';
import type { PlainRotation } from '../session/plain-rotation.ts';
import type { SessionRecord } from '../session/session-record.ts';
import type { Finding } from './finding.ts';

export type { Finding } from './finding.ts';
export { StoreError } from './store-error.ts';

/** A user as far as Tallystick keeps one: of the built-in directory, or what is remembered about a host's own user. */
export interface UserRecord {
  readonly subject: string;
  /** Unique; `null` for a host's own users. */
  readonly username: string | null;
  /** A PHC string; `null` where the user cannot sign in with a password. */
  readonly passwordHash: string | null;
  readonly createdAt: number;
  /** Since when the user may not sign in; `null` where they may. */
  readonly disabledAt: number | null;
  /** The latest "no session begun before" that was said of this user; 0 where none was. New sessions start after it. */
  readonly notBefore: number;
}

/** A signing key. The private part is sealed by the server before it comes here. */
export interface SigningKeyRecord {
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly sealedPrivateKey: Uint8Array;
  readonly createdAt: number;
  /** From when on it signs. The newest key that may sign does. */
  readonly signsFrom: number;
  /** Until when it is shown in the key set; `null` while it may still sign. */
  readonly publishedUntil: number | null;
}

/** What the feed has to say: a session has ended, or all of a user's that began before a moment have, except one. */
export type Revocation =
  | { readonly sid: string; readonly heldUntil: number }
  | {
      readonly subject: string;
      readonly before: number;
      readonly exceptSid: string | null;
      readonly heldUntil: number;
    };

/** An entry of the feed. Positions grow in commit order. */
export type StoredRevocation = Revocation & { readonly position: number };

/** What `readRevocations` found. `reset`: the cursor is not held, and `entries` is everything that is. */
export interface RevocationPage {
  readonly reset: boolean;
  /** Where to go on: names the last entry in such a way that no other history of this store has the same name for it. */
  readonly cursor: string;
  readonly entries: readonly StoredRevocation[];
  /** The store's clock at the read. */
  readonly readAt: number;
}

/** What `decide` comes to: what is to be written, if anything, and what the caller is told once it is. */
export interface Decision<Write, Result> {
  readonly write?: Write | undefined;
  readonly result: Result;
}

/** What to write of one session, with what the feed is told in the same transaction. */
export interface SessionWrite {
  readonly next: SessionRecord;
  readonly revocation?: Revocation | undefined;
}

/** An act that is a rotation in all likelihood: a store may try this first, as one write that needs no read. */
export interface PlainUpdate<Result> extends PlainRotation {
  /** Written beside the rotation. */
  readonly lastAddress: string;
  readonly lastAgent: string;
  /** Once aborted, the sender has hung up, and this must not be sent to the engine any more. */
  readonly signal?: AbortSignal | undefined;
  /** What the caller is told: `next` is the row as it was written, `now` the clock it was decided by. */
  conclude(next: SessionRecord, now: number): Result;
}

/** One act on one session. */
export interface SessionUpdate<Result> {
  readonly sid: string;
  /** Where it does not apply to the row, or the store has no use for it, nothing is written and `decide` is asked. */
  readonly plain?: PlainUpdate<Result> | undefined;
  decide(session: SessionRecord | undefined, now: number): Decision<SessionWrite, Result>;
}

/** Names a user, and where a clustered store keeps everything of theirs. */
export interface SubjectKey {
  readonly subject: string;
  /** 4 bytes, the start of every session id of this user. */
  readonly shardTag: Uint8Array;
}

/** Everything held of one user. */
export interface SubjectState {
  readonly user: UserRecord | undefined;
  readonly devices: readonly DeviceRecord[];
  /** Rows that are still held, ended ones among them. */
  readonly sessions: readonly SessionRecord[];
}

/** What to write of one user. */
export interface SubjectWrite {
  readonly user?: UserRecord | undefined;
  readonly putDevices?: readonly DeviceRecord[];
  readonly removeDevices?: readonly string[];
  /** New rows and changed ones. */
  readonly putSessions?: readonly SessionRecord[];
  readonly revocations?: readonly Revocation[];
}

/** One act on one user. */
export interface SubjectUpdate<Result> extends SubjectKey {
  decide(state: SubjectState, now: number): Decision<SubjectWrite, Result>;
}

/** What to write of the signing keys. */
export interface SigningKeysWrite {
  readonly put?: readonly SigningKeyRecord[];
  readonly remove?: readonly string[];
}

/** One use of something that may be used once, such as a proof's `jti` (RFC 9449 section 11.1). */
export interface SingleUse {
  /** Says what was used, at most 128 characters. Compared exactly. */
  readonly key: string;
  /** Until when another use has to be noticed. After it, the store may forget this one. */
  readonly until: number;
}

/**
 * An attempt that begins and may fail, such as a sign-in. Under its key it counts like a failure until it has ended, so that
 * any number of attempts at once are no way round the limit.
 */
export interface AttemptStart {
  /** Says what is counted, at most 64 characters. Compared exactly. */
  readonly key: string;
  /** Tells the attempt from all others under the key, at most 32 characters. */
  readonly id: string;
  /** How many failures are taken, at least one. */
  readonly limit: number;
  /** After so many milliseconds the attempt counts no more, whether it has ended or its process has died. */
  readonly heldFor: number;
}

/** What an attempt is told. `crowded`: others that are under way fill what is left. `refused`: failures alone fill it all. */
export type AttemptAdmission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'crowded' }
  /** In milliseconds: when the failures are over, unless they are forgotten before. */
  | { readonly kind: 'refused'; readonly retryAfter: number };

/** The end of an attempt that was admitted. */
export interface AttemptEnd extends Pick<AttemptStart, 'key' | 'id'> {
  /** `passed`: the failures under this key are forgotten too. `withdrawn`: as if it had never begun. */
  readonly outcome: 'failed' | 'passed' | 'withdrawn';
  /** How many milliseconds a failure counts; those that follow meanwhile are over together with the first. */
  readonly countedFor: number;
}

/** One step of the sweep for expired rows. `done`: it has been through everything and would start again. */
export interface Sweep {
  readonly removed: number;
  readonly done: boolean;
}

/** How long a revoked session's row is kept where it has no end of its own, in milliseconds. */
export const revokedRowsKeptFor: number = 30 * 86_400_000;

/** The port. */
export interface Store {
  /** How many seconds of acknowledged writes this store may lose in a failover; 0 where it loses none. */
  readonly mayLoseSeconds: number;
  /**
   * How much of what it is told outlives the process and is known to other servers: `everything`; nothing of it, so that it
   * holds `while_running`; or `nothing`, by intent, so that it is no home for users and signing keys either, and servers
   * have no more in common than their root secrets.
   */
  readonly keeps: 'everything' | 'while_running' | 'nothing';

  /** Connects, migrates, and is ready. Called once, before anything else. */
  open(): Promise<void>;
  /** Finishes what is under way and lets go of the engine. */
  close(): Promise<void>;
  /** The store's clock; rejects where the store cannot be written to. */
  checkHealth(): Promise<number>;
  /** Looks the engine over for an operator: version, what a crash would lose, replicas, room. Changes nothing. */
  inspect(): Promise<readonly Finding[]>;
  /** 32 random bytes that the store made when it was new and never changes. */
  shardSecret(): Promise<Uint8Array>;
  /** The latest "no session begun before" that was said of everybody; 0 where none was. */
  notBefore(): Promise<number>;
  /** Raises it by so many milliseconds past the store's clock, or past what it was where that is later, durably. Gives what it is then. */
  raiseNotBefore(by: number): Promise<number>;

  /** Acts on sessions, each atomically by itself. Resolves when all of them are as durable as the store makes them. */
  updateSessions<Result>(updates: readonly SessionUpdate<Result>[]): Promise<readonly Result[]>;
  findSessions(sids: readonly string[]): Promise<readonly (SessionRecord | undefined)[]>;

  /** Acts on one user, their devices and their sessions, atomically. */
  updateSubject<Result>(update: SubjectUpdate<Result>): Promise<Result>;
  findSubject(key: SubjectKey): Promise<SubjectState>;

  /** Adds a user of the built-in directory, whose home is at `shardTag`, unless the name is taken. */
  insertUser(
    user: UserRecord & { readonly username: string },
    shardTag: Uint8Array,
  ): Promise<'inserted' | 'name_taken'>;
  findUserByName(username: string): Promise<UserRecord | undefined>;
  /** The directory's users in order of name, from after `afterName` on. */
  listUsers(afterName: string, limit: number): Promise<readonly UserRecord[]>;

  updateSigningKeys<Result>(
    decide: (keys: readonly SigningKeyRecord[], now: number) => Decision<SigningKeysWrite, Result>,
  ): Promise<Result>;

  /** What the feed says after `cursor`, or all that is held where there is no cursor, or none such. One consistent read. */
  readRevocations(cursor: string | undefined): Promise<RevocationPage>;
  /** Calls `listener` when there may be new revocations. A hint: it may stay away, so look regularly all the same. */
  onRevocations(listener: () => void): () => void;

  /**
   * Replay memory, shared by all servers: remembers each use, and says of each whether it is the first one that is held.
   * Of several uses of one key, at once or in one call, exactly one is the first. Later uses do not prolong the first.
   */
  rememberOnce(uses: readonly SingleUse[]): Promise<readonly boolean[]>;

  /**
   * Failures and attempts under way, counted for all servers together: begins those attempts that their key has room for.
   * Each by itself, and atomically: of any number at once, no more are admitted than there is room.
   */
  startAttempts(starts: readonly AttemptStart[]): Promise<readonly AttemptAdmission[]>;
  /** Ends attempts. One that is not held any more counts by its outcome all the same. */
  endAttempts(ends: readonly AttemptEnd[]): Promise<void>;

  /** One step of the sweep that removes rows which have reached their end, at most about `limit` of them. */
  removeExpired(limit: number): Promise<Sweep>;
}
