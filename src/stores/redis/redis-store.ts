/**
 * The store on Redis 7 or Valkey, one server or a cluster, for any number of servers of ours. Redis acknowledges before its
 * replica has a write: a failover may lose the latest rotations, which the rotation rule bears. Sign-ins and ends of
 * sessions are answered once a replica has them. See `docs/redis.md`.
 */
import { randomBytes } from 'node:crypto';
import type { SessionRecord } from '../../session/session-record.ts';
import { createStoreClock, type StoreClock } from '../../time/store-clock.ts';
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
  Sweep,
  UserRecord,
} from '../store.ts';
import { StoreError } from '../store-error.ts';
import { endAttempt, startAttempt } from './attempts.ts';
import { type Connection, openConnection } from './connection.ts';
import { isCluster, type RedisClient, type RedisCluster } from './driver.ts';
import { createRemoveExpired, type RemoveExpired } from './expired.ts';
import { redisFindings } from './findings.ts';
import { createKeys, type Keys } from './keys.ts';
import { createNames, type NameTable, NameTaken } from './names.ts';
import { assertUsable } from './requirements.ts';
import { readRevocations } from './revocations.ts';
import { mark, raiseNotBefore } from './scripts.ts';
import { createSessions, type SessionTable } from './sessions.ts';
import { createSigningKeys, type SigningKeyTable } from './signing-keys.ts';
import { createSubjects, type SubjectTable } from './subjects.ts';
import { createWriteGroups, type WriteGroups } from './write-group.ts';

export interface RedisStoreOptions {
  /**
   * From `createClient` or `createCluster` of `redis`. The store opens it, and closes it with itself, unless it is open
   * already; it opens further connections with the same options in any case.
   */
  readonly client: RedisClient | RedisCluster;
  /** How many seconds of acknowledged rotations a failover may lose; 60 unless given. */
  readonly mayLoseSeconds?: number;
  /** What all keys begin with, within their hash tags; `t` unless given. */
  readonly prefix?: string;
}

/** Makes the store; nothing is touched before `open`. Throws a `TypeError` that names the option where one is wrong. */
export function createRedisStore(options: RedisStoreOptions): Store {
  const { client, mayLoseSeconds = 60, prefix = 't' } = options;
  if (typeof client?.connect !== 'function') throw new TypeError('client: from createClient or createCluster of redis');
  if (!Number.isInteger(mayLoseSeconds) || mayLoseSeconds < 0) throw new TypeError('mayLoseSeconds: a whole number');
  if (!/^[\w.-]{1,64}$/.test(prefix)) throw new TypeError('prefix: 1 to 64 letters, digits, dots, dashes, underscores');
  return new RedisStore(client, mayLoseSeconds, createKeys(prefix));
}

/** What the acts of an open store work with. */
interface Open {
  readonly connection: Connection;
  readonly shardSecret: Uint8Array;
  readonly sessions: SessionTable;
  readonly subjects: SubjectTable;
  readonly names: NameTable;
  readonly signingKeys: SigningKeyTable;
  readonly removeExpired: RemoveExpired;
  readonly sessionGroups: WriteGroups<SessionUpdate<unknown>>;
  readonly subjectGroups: WriteGroups<SubjectUpdate<unknown>>;
}

class RedisStore implements Store {
  readonly mayLoseSeconds: number;
  readonly keeps = 'everything';
  readonly #client: RedisClient | RedisCluster;
  readonly #keys: Keys;
  readonly #clock: StoreClock = createStoreClock();
  readonly #listeners = new Set<() => void>();
  #open: Open | undefined;

  constructor(client: RedisClient | RedisCluster, mayLoseSeconds: number, keys: Keys) {
    this.mayLoseSeconds = mayLoseSeconds;
    this.#client = client;
    this.#keys = keys;
  }

  async open(): Promise<void> {
    const connection = await openConnection(this.#client, this.#keys, this.#clock, () => this.#tell());
    try {
      for (const info of await connection.describe()) assertUsable(info, isCluster(this.#client));
      await checkHealth(connection, this.#keys, this.#clock);
      const shardSecret = await keepShardSecret(connection, this.#keys);
      this.#open = createTables(connection, this.#keys, this.#clock, shardSecret);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const closing = this.#open;
    this.#open = undefined;
    await Promise.all([closing?.sessionGroups.settled(), closing?.subjectGroups.settled()]);
    closing?.connection.close();
  }

  async checkHealth(): Promise<number> {
    return checkHealth(this.#opened().connection, this.#keys, this.#clock);
  }

  async inspect(): Promise<readonly Finding[]> {
    return redisFindings(await this.#opened().connection.describe());
  }

  async shardSecret(): Promise<Uint8Array> {
    return this.#opened().shardSecret;
  }

  async notBefore(): Promise<number> {
    const { notBefore } = this.#keys;
    return Number((await this.#opened().connection.send(notBefore, ['GET', notBefore])) ?? 0);
  }

  async raiseNotBefore(by: number): Promise<number> {
    const { connection } = this.#opened();
    // A session begins by the clock of the server that it is written on, which may be ahead of the one that is written to here.
    const latest = Math.max(...(await connection.clocks()));
    const call = { script: raiseNotBefore, keys: [this.#keys.notBefore], values: [by, latest] } as const;
    return Number(await connection.runDurably(call));
  }

  async updateSessions<Result>(updates: readonly SessionUpdate<Result>[]): Promise<readonly Result[]> {
    const { sessionGroups } = this.#opened();
    return settleAll(updates.map(async (update) => (await sessionGroups.run(update.sid, update)) as Result));
  }

  async findSessions(sids: readonly string[]): Promise<readonly (SessionRecord | undefined)[]> {
    const { sessions } = this.#opened();
    return Promise.all(sids.map((sid) => sessions.find(sid)));
  }

  async updateSubject<Result>(update: SubjectUpdate<Result>): Promise<Result> {
    return (await this.#opened().subjectGroups.run(this.#keys.subject(update), update)) as Result;
  }

  async findSubject(key: SubjectKey): Promise<SubjectState> {
    return this.#opened().subjects.find(key);
  }

  async insertUser(
    user: UserRecord & { readonly username: string },
    shardTag: Uint8Array,
  ): Promise<'inserted' | 'name_taken'> {
    const { subject } = user;
    try {
      return await this.updateSubject<'inserted' | 'name_taken'>({
        subject,
        shardTag,
        decide: (state) => (state.user ? { result: 'name_taken' } : { write: { user }, result: 'inserted' }),
      });
    } catch (error) {
      if (error instanceof NameTaken) return 'name_taken';
      throw error;
    }
  }

  async findUserByName(username: string): Promise<UserRecord | undefined> {
    return this.#opened().names.find(username);
  }

  async listUsers(afterName: string, limit: number): Promise<readonly UserRecord[]> {
    return this.#opened().names.page(afterName, limit);
  }

  async updateSigningKeys<Result>(
    decide: (keys: readonly SigningKeyRecord[], now: number) => Decision<SigningKeysWrite, Result>,
  ): Promise<Result> {
    return this.#opened().signingKeys.update(decide);
  }

  async readRevocations(cursor: string | undefined): Promise<RevocationPage> {
    return readRevocations(this.#opened().connection, this.#keys, cursor);
  }

  onRevocations(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async rememberOnce(uses: readonly SingleUse[]): Promise<readonly boolean[]> {
    const { connection } = this.#opened();
    return Promise.all(uses.map((use) => rememberOnce(connection, this.#keys, use)));
  }

  async startAttempts(starts: readonly AttemptStart[]): Promise<readonly AttemptAdmission[]> {
    const { connection } = this.#opened();
    return settleAll(starts.map((start) => startAttempt(connection, this.#keys, start)));
  }

  async endAttempts(ends: readonly AttemptEnd[]): Promise<void> {
    const { connection } = this.#opened();
    await settleAll(ends.map((end) => endAttempt(connection, this.#keys, end)));
  }

  async removeExpired(limit: number): Promise<Sweep> {
    return this.#opened().removeExpired(limit);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #opened(): Open {
    if (this.#open === undefined) throw new StoreError('the store is not open');
    return this.#open;
  }
}

function createTables(connection: Connection, keys: Keys, clock: StoreClock, shardSecret: Uint8Array): Open {
  const sessions = createSessions(connection, keys, clock);
  const subjects = createSubjects(connection, keys, clock);
  const names = createNames(connection, keys, subjects);
  const signingKeys = createSigningKeys(connection, keys);
  return {
    connection,
    shardSecret,
    sessions,
    subjects,
    names,
    signingKeys,
    removeExpired: createRemoveExpired(connection, keys, signingKeys),
    sessionGroups: createWriteGroups((sid, updates) => sessions.update(sid, updates)),
    subjectGroups: createWriteGroups((_key, updates) =>
      oneByOne(updates, (update) => subjects.update(update, names.claim)),
    ),
  };
}

async function oneByOne<Act>(acts: readonly Act[], perform: (act: Act) => Promise<unknown>) {
  const outcomes: PromiseSettledResult<unknown>[] = [];
  for (const act of acts) outcomes.push(...(await Promise.allSettled([perform(act)])));
  return outcomes;
}

/** The clock of the server that has what is no user's. Writes there, since a server that only reads is of no use. */
async function checkHealth(connection: Connection, keys: Keys, clock: StoreClock): Promise<number> {
  const reply = await connection.run({ script: mark, keys: [keys.mark(keys.shardSecret)] });
  const [now] = reply as [number];
  clock.observe(now);
  return now;
}

/** Of several at once Redis lets one be the first, and forgets it by itself. */
async function rememberOnce(connection: Connection, keys: Keys, { key, until }: SingleUse): Promise<boolean> {
  const used = keys.use(key);
  return (await connection.send(used, ['SET', used, '', 'NX', 'PXAT', String(until)])) !== null;
}

/** Whoever comes first makes it; the rest find it. */
async function keepShardSecret(connection: Connection, keys: Keys): Promise<Uint8Array> {
  const made = randomBytes(32).toString('base64');
  const kept = await connection.send(keys.shardSecret, ['SET', keys.shardSecret, made, 'NX', 'GET']);
  await connection.secure(keys.shardSecret);
  return Uint8Array.from(Buffer.from(typeof kept === 'string' ? kept : made, 'base64'));
}
