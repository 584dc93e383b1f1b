/**
 * The embedded store: one file on one machine, for any number of processes there. What it has acknowledged is on disk
 * (write-ahead log, `synchronous=FULL`), and concurrent acts share a flush.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import { messageOf } from '../message-of.ts';
import { settleAll } from '../settle-all.ts';
import type {
  AttemptAdmission,
  AttemptEnd,
  AttemptStart,
  Decision,
  Finding,
  RevocationPage,
  SessionUpdate,
  SessionWrite,
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
import { type Connection, openConnection } from './connection.ts';
import { type Errand, ending, remembering, rotating, starting } from './errand.ts';
import { sqliteFindings } from './findings.ts';
import { watchHead } from './watch-head.ts';
import { toStoreError } from './write-group.ts';

export interface SqliteStoreOptions {
  /** The database file. It and its folder are made where they are missing, readable by their owner alone. */
  readonly path: string;
  /** Milliseconds since the epoch; `Date.now` unless given. */
  readonly clock?: () => number;
}

/** Makes the store; nothing is touched before `open`. Throws a `TypeError` where `path` is missing. */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  if (typeof options.path !== 'string' || options.path === '') throw new TypeError('path: names the database file');
  return new SqliteStore(options.path, options.clock ?? Date.now);
}

class SqliteStore implements Store {
  readonly mayLoseSeconds = 0;
  readonly keeps = 'everything';
  readonly #path: string;
  readonly #clock: () => number;
  readonly #listeners = new Set<() => void>();
  #connection: Connection | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(path: string, clock: () => number) {
    this.#path = path;
    this.#clock = clock;
  }

  async open(): Promise<void> {
    try {
      this.#connection ??= openConnection(this.#path, this.#clock);
    } catch (error) {
      throw error instanceof StoreError
        ? error
        : new StoreError(`${this.#path}: ${messageOf(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#unwatch();
    const closing = this.#connection;
    this.#connection = undefined;
    await closing?.close();
  }

  checkHealth(): Promise<number> {
    return this.#write(({ touch }) => {
      touch();
      return this.#clock();
    });
  }

  inspect(): Promise<readonly Finding[]> {
    return this.#read((connection) => sqliteFindings(connection.readFacts()));
  }

  shardSecret(): Promise<Uint8Array> {
    return this.#read(({ shardSecret }) => shardSecret);
  }

  notBefore(): Promise<number> {
    return this.#read((connection) => connection.notBefore());
  }

  raiseNotBefore(by: number): Promise<number> {
    return this.#write((connection) => connection.raiseNotBefore(this.#clock(), by));
  }

  updateSessions<Result>(updates: readonly SessionUpdate<Result>[]): Promise<readonly Result[]> {
    return settleAll(updates.map((update) => this.#updateSession(update)));
  }

  findSessions(sids: readonly string[]): Promise<readonly (SessionRecord | undefined)[]> {
    return this.#read(({ sessions }) => sids.map((sid) => sessions.get(sid)));
  }

  async updateSubject<Result>(update: SubjectUpdate<Result>): Promise<Result> {
    const { write, result } = await this.#write((connection) => {
      const decision = update.decide(readSubject(connection, update), this.#clock());
      if (decision.write) writeSubject(connection, update.subject, decision.write);
      return decision;
    });
    if (write?.revocations?.length) this.#tell();
    return result;
  }

  findSubject(key: SubjectKey): Promise<SubjectState> {
    return this.#read((connection) => readSubject(connection, key));
  }

  insertUser(user: UserRecord & { readonly username: string }): Promise<'inserted' | 'name_taken'> {
    return this.#write(({ users }) => {
      if (users.named(user.username)) return 'name_taken';
      users.put(user);
      return 'inserted';
    });
  }

  findUserByName(username: string): Promise<UserRecord | undefined> {
    return this.#read(({ users }) => users.named(username));
  }

  listUsers(afterName: string, limit: number): Promise<readonly UserRecord[]> {
    return this.#read(({ users }) => users.page(afterName, limit));
  }

  updateSigningKeys<Result>(
    decide: (keys: readonly SigningKeyRecord[], now: number) => Decision<SigningKeysWrite, Result>,
  ): Promise<Result> {
    return this.#write(({ signingKeys }) => {
      const { write, result } = decide(signingKeys.all(), this.#clock());
      for (const key of write?.put ?? []) signingKeys.put(key);
      for (const kid of write?.remove ?? []) signingKeys.remove(kid);
      return result;
    });
  }

  readRevocations(cursor: string | undefined): Promise<RevocationPage> {
    return this.#read(({ revocations }) => revocations.read(cursor, this.#clock()));
  }

  onRevocations(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#stopWatching ??= watchHead(
      () => this.#head(),
      () => this.#tell(),
    );
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#unwatch();
    };
  }

  rememberOnce(uses: readonly SingleUse[]): Promise<readonly boolean[]> {
    return this.#write(({ singleUses }) => uses.map((use) => singleUses.add(use)), remembering(uses));
  }

  startAttempts(starts: readonly AttemptStart[]): Promise<readonly AttemptAdmission[]> {
    const act = ({ attempts }: Connection) => starts.map((start) => attempts.start(start, this.#clock()));
    return this.#write(act, starting(starts));
  }

  endAttempts(ends: readonly AttemptEnd[]): Promise<void> {
    const act = ({ attempts }: Connection) => {
      for (const end of ends) attempts.end(end, this.#clock());
    };
    return this.#write(act, ending(ends));
  }

  removeExpired(limit: number): Promise<Sweep> {
    return this.#write(({ removeExpired }) => removeExpired(this.#clock(), limit));
  }

  async #updateSession<Result>({ sid, plain, decide }: SessionUpdate<Result>): Promise<Result> {
    const connection = this.#open();
    let written: SessionWrite | undefined;
    const act = (): Result => {
      const { write, result } = decide(connection.sessions.get(sid), this.#clock());
      if (write) writeSession(connection, write);
      written = write;
      return result;
    };
    const result = await connection.group.run(act, plain && rotating(sid, plain));
    if (written?.revocation) this.#tell();
    return result;
  }

  /** `undefined` where it cannot be read at the moment. */
  #head(): number | undefined {
    try {
      return this.#connection?.revocations.head();
    } catch {
      return undefined;
    }
  }

  #unwatch(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async #read<Result>(act: (connection: Connection) => Result): Promise<Result> {
    try {
      const connection = this.#open();
      connection.assertSameFiles();
      return act(connection);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async #write<Result>(act: (connection: Connection) => Result, errand?: Errand<Result>): Promise<Result> {
    const connection = this.#open();
    return connection.group.run(() => act(connection), errand);
  }

  #open(): Connection {
    if (this.#connection === undefined) throw new StoreError('the store is not open');
    return this.#connection;
  }
}

function readSubject({ users, devices, sessions }: Connection, { subject, shardTag }: SubjectKey): SubjectState {
  return {
    user: users.get(subject),
    devices: devices.ofSubject(subject),
    sessions: sessions.ofSubject(subject, shardTag),
  };
}

function writeSubject(
  { users, devices, sessions, revocations }: Connection,
  subject: string,
  write: SubjectWrite,
): void {
  if (write.user) users.put(write.user);
  for (const device of write.putDevices ?? []) devices.put(device);
  for (const id of write.removeDevices ?? []) devices.remove(subject, id);
  for (const session of write.putSessions ?? []) sessions.put(session);
  for (const revocation of write.revocations ?? []) revocations.append(revocation);
}

function writeSession({ sessions, revocations }: Connection, { next, revocation }: SessionWrite): void {
  sessions.put(next);
  if (revocation) revocations.append(revocation);
}
