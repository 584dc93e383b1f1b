/**
 * The store on PostgreSQL 14 or later, for any number of servers on one database. What it has acknowledged the database has
 * committed; how much of that a failover may lose is the operator's to say. The clock is the database's.
 */
import type { SessionRecord } from '../../session/session-record.ts';
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
import { clock, readClock, toNow } from './clock.ts';
import { type Connection, createConnection, type Run } from './connection.ts';
import type { PostgresPool } from './driver.ts';
import { postgresFindings, readFacts } from './findings.ts';
import { startListener } from './listener.ts';
import { channelOf } from './revocations.ts';
import { lockSigningKeys, lockSubject, openSchema } from './schema.ts';
import { prepareTables, type Tables } from './tables.ts';
import { createTurns, type TakeTurn } from './turns.ts';
import { createSessionUpdates, type SessionUpdates } from './update-sessions.ts';
import { readSubject, updateSubject } from './update-subject.ts';
import { createWriteGroup, type WriteGroup } from './write-group.ts';

export interface PostgresStoreOptions {
  /**
   * `pg`'s `Pool`, or one like it: your own, with your settings. It needs a `connectionTimeoutMillis`, so that a partition
   * ends, and at least two connections, since one is kept to listen on.
   */
  readonly pool: PostgresPool;
  /** The database schema that the tables are in. Default `tallystick`. */
  readonly schema?: string;
  /**
   * How many seconds of acknowledged writes a failover may lose: 0 where the primary answers only after a standby has the
   * write (`synchronous_standby_names`) or where there is no standby, else the largest lag you would promote. Default 60.
   */
  readonly mayLoseSeconds?: number;
  /** Whether `close` ends the pool too. Default: it does not. */
  readonly endsPool?: boolean;
}

/** Makes the store; nothing is asked of the pool before `open`. Throws a `TypeError` that names the option that is wrong. */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  const { pool, schema = 'tallystick', mayLoseSeconds = 60, endsPool = false } = options;
  if (typeof pool?.connect !== 'function') throw new TypeError('pool: a Pool of the driver `pg`');
  if ((pool.options?.max ?? 2) < 2) throw new TypeError('pool: at least 2 connections; one of them listens');
  if (pool.options && !pool.options.connectionTimeoutMillis) throw new TypeError('pool: a connectionTimeoutMillis');
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) throw new TypeError('schema: up to 40 of a-z, 0-9 and _');
  if (!Number.isInteger(mayLoseSeconds) || mayLoseSeconds < 0) throw new TypeError('mayLoseSeconds: whole seconds');
  return new PostgresStore({ pool, schema, mayLoseSeconds, endsPool });
}

/** What there is between `open` and `close`. */
interface Opened {
  readonly shardSecret: Uint8Array;
  stopListening(): Promise<void>;
}

class PostgresStore implements Store {
  readonly mayLoseSeconds: number;
  readonly keeps = 'everything';
  readonly #options: Required<PostgresStoreOptions>;
  readonly #connection: Connection;
  readonly #tables: Tables;
  readonly #updates: SessionUpdates;
  readonly #remember: WriteGroup<SingleUse, boolean>;
  readonly #startAttempt: WriteGroup<AttemptStart, AttemptAdmission>;
  readonly #endAttempt: WriteGroup<AttemptEnd, undefined>;
  readonly #takeTurn: TakeTurn = createTurns();
  readonly #listeners = new Set<() => void>();
  readonly #underWay = new Set<Promise<unknown>>();
  #opened: Opened | undefined;

  constructor(options: Required<PostgresStoreOptions>) {
    this.mayLoseSeconds = options.mayLoseSeconds;
    this.#options = options;
    this.#connection = createConnection(options.pool);
    this.#tables = prepareTables(options.schema);
    this.#remember = createWriteGroup((uses) => this.#tables.singleUses.add(this.#connection.run, uses));
    this.#startAttempt = createWriteGroup((starts) => this.#tables.attempts.start(this.#connection.run, starts));
    this.#endAttempt = createWriteGroup((ends) => this.#tables.attempts.end(this.#connection.run, ends));
    this.#updates = createSessionUpdates({
      ...this.#tables,
      connection: this.#connection,
      onRevocation: () => this.#tell(),
    });
  }

  async open(): Promise<void> {
    const { pool, schema, endsPool } = this.#options;
    pool.on('error', ignore);
    try {
      const shardSecret = await openSchema(this.#connection, schema);
      this.#updates.observe(await readClock(this.#connection.run));
      const stopListening = startListener(pool, channelOf(schema), () => this.#tell());
      this.#opened = { shardSecret, stopListening };
    } catch (error) {
      pool.removeListener('error', ignore);
      if (endsPool) await pool.end();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { pool, endsPool } = this.#options;
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    await opened.stopListening();
    await Promise.allSettled(this.#underWay);
    if (endsPool) await pool.end();
    pool.removeListener('error', ignore);
  }

  checkHealth(): Promise<number> {
    // Taking even the weakest lock is a write, which a standby refuses.
    const text = `SELECT ${clock} AS now FROM ${this.#options.schema}.store FOR KEY SHARE`;
    return this.#act(async ({ run }) => toNow(await run({ text })));
  }

  inspect(): Promise<readonly Finding[]> {
    return this.#act(async ({ run }) => postgresFindings(await readFacts(run, this.#options.schema)));
  }

  shardSecret(): Promise<Uint8Array> {
    return this.#act(async (_connection, { shardSecret }) => shardSecret);
  }

  notBefore(): Promise<number> {
    const text = `SELECT not_before FROM ${this.#options.schema}.store`;
    return this.#act(async ({ run }) => Number((await run({ text })).rows[0]?.not_before));
  }

  raiseNotBefore(by: number): Promise<number> {
    const text = `UPDATE ${this.#options.schema}.store SET not_before = greatest(not_before, ${clock}) + $1
      RETURNING not_before`;
    return this.#act(async ({ run }) => Number((await run({ text, values: [by] })).rows[0]?.not_before));
  }

  updateSessions<Result>(updates: readonly SessionUpdate<Result>[]): Promise<readonly Result[]> {
    return this.#act(() => settleAll(updates.map((update) => this.#updates.run(update))));
  }

  findSessions(sids: readonly string[]): Promise<readonly (SessionRecord | undefined)[]> {
    return this.#act(() => Promise.all(sids.map((sid) => this.#updates.find(sid))));
  }

  async updateSubject<Result>(update: SubjectUpdate<Result>): Promise<Result> {
    const { write, result } = await this.#act(({ transaction }) =>
      this.#takeTurn(`subject ${update.subject}`, () =>
        transaction((run) => updateSubject(this.#tables, run, update), lockSubject(update.shardTag)),
      ),
    );
    if (write?.revocations?.length) this.#tell();
    return result;
  }

  findSubject(key: SubjectKey): Promise<SubjectState> {
    return this.#act(({ snapshot }) => snapshot((run) => readSubject(this.#tables, run, key)));
  }

  insertUser(user: UserRecord & { readonly username: string }): Promise<'inserted' | 'name_taken'> {
    return this.#act(async ({ run }) => ((await this.#tables.users.insert(run, user)) ? 'inserted' : 'name_taken'));
  }

  findUserByName(username: string): Promise<UserRecord | undefined> {
    return this.#act(({ run }) => this.#tables.users.named(run, username));
  }

  listUsers(afterName: string, limit: number): Promise<readonly UserRecord[]> {
    return this.#act(({ run }) => this.#tables.users.page(run, afterName, limit));
  }

  updateSigningKeys<Result>(
    decide: (keys: readonly SigningKeyRecord[], now: number) => Decision<SigningKeysWrite, Result>,
  ): Promise<Result> {
    const { signingKeys } = this.#tables;
    const decideAndPut = async (run: Run) => {
      const { write, result } = decide(await signingKeys.all(run), await readClock(run));
      if (write?.put?.length) await signingKeys.put(run, write.put);
      if (write?.remove?.length) await signingKeys.remove(run, write.remove);
      return result;
    };
    return this.#act(({ transaction }) =>
      this.#takeTurn('signing keys', () => transaction(decideAndPut, lockSigningKeys)),
    );
  }

  readRevocations(cursor: string | undefined): Promise<RevocationPage> {
    return this.#act(({ run }) => this.#tables.revocations.read(run, cursor));
  }

  onRevocations(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  rememberOnce(uses: readonly SingleUse[]): Promise<readonly boolean[]> {
    return this.#act(() => Promise.all(uses.map(this.#remember)));
  }

  startAttempts(starts: readonly AttemptStart[]): Promise<readonly AttemptAdmission[]> {
    return this.#act(() => settleAll(starts.map(this.#startAttempt)));
  }

  async endAttempts(ends: readonly AttemptEnd[]): Promise<void> {
    await this.#act(() => settleAll(ends.map(this.#endAttempt)));
  }

  removeExpired(limit: number): Promise<Sweep> {
    return this.#act(({ transaction }) =>
      this.#takeTurn('sweep', () => transaction((run) => this.#tables.removeExpired(run, limit))),
    );
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Does something with the open store; `close` waits for it. */
  async #act<Result>(act: (connection: Connection, opened: Opened) => Promise<Result>): Promise<Result> {
    if (this.#opened === undefined) throw new StoreError('the store is not open');
    const acting = act(this.#connection, this.#opened);
    this.#underWay.add(acting);
    try {
      return await acting;
    } finally {
      this.#underWay.delete(acting);
    }
  }
}

/** The pool closes a connection that breaks while nobody uses it; whoever asks next gets another. */
function ignore(): void {}
