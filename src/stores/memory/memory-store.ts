/**
 * Everything in this process's memory: for tests and examples. It loses all of it when the process ends, and knows of no
 * other process.
 */
import { randomBytes } from 'node:crypto';
import type { DeviceRecord } from '../../session/device-record.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import { type AttemptCount, countEnd, endAttempt, startAttempt } from '../attempt-count.ts';
import { rowEnd } from '../row-end.ts';
import { settleAll } from '../settle-all.ts';
import type {
  AttemptAdmission,
  AttemptEnd,
  AttemptStart,
  Decision,
  Finding,
  RevocationPage,
  SessionUpdate,
  SigningKeyRecord,
  SigningKeysWrite,
  SingleUse,
  Store,
  SubjectKey,
  SubjectState,
  SubjectUpdate,
  SubjectWrite,
  Sweep,
  UserRecord,
} from '../store.ts';
import { StoreError } from '../store-error.ts';
import { createRevocations } from './revocations.ts';

export interface MemoryStoreOptions {
  /** Milliseconds since the epoch; `Date.now` unless given. */
  readonly clock?: () => number;
}

/** Makes an empty store. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

/** The store itself, for one that differs in a little. */
export class MemoryStore implements Store {
  readonly mayLoseSeconds = 0;
  readonly keeps: Store['keeps'] = 'while_running';
  readonly #clock: () => number;
  readonly #shardSecret = Uint8Array.from(randomBytes(32));
  readonly #users = new Map<string, UserRecord>();
  readonly #devices = new Map<string, Map<string, DeviceRecord>>();
  readonly #sessions = new Map<string, SessionRecord>();
  readonly #sidsOfSubject = new Map<string, Set<string>>();
  readonly #signingKeys = new Map<string, SigningKeyRecord>();
  readonly #revocations = createRevocations();
  readonly #uses = new Map<string, number>();
  readonly #attempts = new Map<string, AttemptCount>();
  #notBefore = 0;
  readonly #listeners = new Set<() => void>();

  constructor({ clock = Date.now }: MemoryStoreOptions) {
    this.#clock = clock;
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {}

  async checkHealth(): Promise<number> {
    return this.#clock();
  }

  async inspect(): Promise<readonly Finding[]> {
    return [{ verdict: 'poor', text: 'in memory: everybody is signed out when the process ends' }];
  }

  async shardSecret(): Promise<Uint8Array> {
    return this.#shardSecret;
  }

  async notBefore(): Promise<number> {
    return this.#notBefore;
  }

  async raiseNotBefore(by: number): Promise<number> {
    this.#notBefore = Math.max(this.#notBefore, this.#clock()) + by;
    return this.#notBefore;
  }

  updateSessions<Result>(updates: readonly SessionUpdate<Result>[]): Promise<readonly Result[]> {
    return settleAll(updates.map((update) => this.#updateSession(update)));
  }

  async findSessions(sids: readonly string[]): Promise<readonly (SessionRecord | undefined)[]> {
    return sids.map((sid) => this.#sessions.get(sid));
  }

  async updateSubject<Result>(update: SubjectUpdate<Result>): Promise<Result> {
    const { write, result } = update.decide(this.#read(update), this.#clock());
    if (write) this.#write(update.subject, write);
    return result;
  }

  async findSubject(key: SubjectKey): Promise<SubjectState> {
    return this.#read(key);
  }

  async insertUser(user: UserRecord & { readonly username: string }): Promise<'inserted' | 'name_taken'> {
    if (this.#named(user.username)) return 'name_taken';
    this.#users.set(user.subject, user);
    return 'inserted';
  }

  async findUserByName(username: string): Promise<UserRecord | undefined> {
    return this.#named(username);
  }

  async listUsers(afterName: string, limit: number): Promise<readonly UserRecord[]> {
    return [...this.#users.values()]
      .filter(({ username }) => username !== null && username > afterName)
      .toSorted((a, b) => ((a.username ?? '') < (b.username ?? '') ? -1 : 1))
      .slice(0, limit);
  }

  async updateSigningKeys<Result>(
    decide: (keys: readonly SigningKeyRecord[], now: number) => Decision<SigningKeysWrite, Result>,
  ): Promise<Result> {
    const { write, result } = decide([...this.#signingKeys.values()], this.#clock());
    for (const key of write?.put ?? []) this.#signingKeys.set(key.kid, key);
    for (const kid of write?.remove ?? []) this.#signingKeys.delete(kid);
    return result;
  }

  async readRevocations(cursor: string | undefined): Promise<RevocationPage> {
    return this.#revocations.read(cursor, this.#clock());
  }

  onRevocations(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async rememberOnce(uses: readonly SingleUse[]): Promise<readonly boolean[]> {
    return uses.map(({ key, until }) => {
      const isFirst = !this.#uses.has(key);
      if (isFirst) this.#uses.set(key, until);
      return isFirst;
    });
  }

  async startAttempts(starts: readonly AttemptStart[]): Promise<readonly AttemptAdmission[]> {
    return starts.map((start) => {
      const { admission, next } = startAttempt(this.#attempts.get(start.key), start, this.#clock());
      if (next) this.#attempts.set(start.key, next);
      return admission;
    });
  }

  async endAttempts(ends: readonly AttemptEnd[]): Promise<void> {
    for (const end of ends) {
      const next = endAttempt(this.#attempts.get(end.key), end, this.#clock());
      if (countEnd(next) === 0) this.#attempts.delete(end.key);
      else this.#attempts.set(end.key, next);
    }
  }

  async removeExpired(limit: number): Promise<Sweep> {
    const now = this.#clock();
    const over = [...this.#sessions.values()].filter((session) => isOver(session, now));
    for (const session of over.slice(0, limit)) this.#removeSession(session);
    const keys = [...this.#signingKeys.values()].filter((key) => (key.publishedUntil ?? now) < now);
    for (const { kid } of keys) this.#signingKeys.delete(kid);
    const revocations = this.#revocations.removeExpired(now, limit);
    const uses = removeWhere(this.#uses, (until) => until < now, limit);
    const attempts = removeWhere(this.#attempts, (count) => countEnd(count) < now, limit);
    return {
      removed: Math.min(over.length, limit) + keys.length + revocations + uses + attempts,
      done: over.length <= limit && uses < limit && attempts < limit,
    };
  }

  async #updateSession<Result>(update: SessionUpdate<Result>): Promise<Result> {
    const { write, result } = update.decide(this.#sessions.get(update.sid), this.#clock());
    if (write) {
      const revocations = write.revocation ? [write.revocation] : [];
      this.#write(write.next.subject, { putSessions: [write.next], revocations });
    }
    return result;
  }

  #named(name: string): UserRecord | undefined {
    return [...this.#users.values()].find(({ username }) => username === name);
  }

  #read({ subject }: SubjectKey): SubjectState {
    return {
      user: this.#users.get(subject),
      devices: [...(this.#devices.get(subject)?.values() ?? [])],
      sessions: [...(this.#sidsOfSubject.get(subject) ?? [])].flatMap((sid) => this.#sessions.get(sid) ?? []),
    };
  }

  #write(subject: string, write: SubjectWrite): void {
    if (write.user) this.#putUser(write.user);
    for (const device of write.putDevices ?? [])
      entryOf(this.#devices, subject, () => new Map()).set(device.id, device);
    for (const id of write.removeDevices ?? []) this.#devices.get(subject)?.delete(id);
    for (const session of write.putSessions ?? []) {
      this.#sessions.set(session.sid, session);
      entryOf(this.#sidsOfSubject, subject, () => new Set()).add(session.sid);
    }
    for (const revocation of write.revocations ?? []) this.#revocations.append(revocation);
    if (write.revocations?.length) for (const listener of this.#listeners) listener();
  }

  #putUser(user: UserRecord): void {
    const namesake = user.username === null ? undefined : this.#named(user.username);
    if (namesake && namesake.subject !== user.subject) throw new StoreError('the user name is taken');
    this.#users.set(user.subject, user);
  }

  /** A device is as old as its last use, which only the session's row knows. */
  #removeSession({ sid, subject, deviceId, changedAt, lastAddress }: SessionRecord): void {
    this.#sessions.delete(sid);
    this.#sidsOfSubject.get(subject)?.delete(sid);
    const devices = this.#devices.get(subject);
    const device = devices?.get(deviceId);
    if (device && changedAt !== null && changedAt > device.lastUsedAt) {
      devices?.set(deviceId, { ...device, lastUsedAt: changedAt, lastAddress });
    }
  }
}

function isOver(session: SessionRecord, now: number): boolean {
  const end = rowEnd(session);
  return end !== null && end <= now;
}

/** Gives how many were removed. */
function removeWhere<Value>(map: Map<string, Value>, isOver: (value: Value) => boolean, limit: number): number {
  const over = [...map].filter(([, value]) => isOver(value)).slice(0, limit);
  for (const [key] of over) map.delete(key);
  return over.length;
}

function entryOf<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
