/**
 * What only the PostgreSQL store has: the rotation that needs no read, positions in commit order, notices, a start that
 * looks the server over, faults of the engine, and what its rows cost.
 */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeSessionId } from '../../src/protocol/session-id.ts';
import { plainRotation } from '../../src/session/plain-rotation.ts';
import type { SessionRecord } from '../../src/session/session-record.ts';
import { createPostgresStore, type PostgresPool } from '../../src/stores/postgres/index.ts';
import type { AttemptEnd, Revocation, SessionUpdate, Store, SubjectKey } from '../../src/stores/store.ts';
import { borrowPostgres } from '../engines/postgres.ts';
import { sampleSession } from '../rotation/sample-session.ts';
import { checkPlainRotations } from './check-plain-rotations.ts';
import { createSchemas, type PostgresSchemas } from './postgres-schemas.ts';

let engine: Awaited<ReturnType<typeof borrowPostgres>>;
let schemas: PostgresSchemas;
const opened: Store[] = [];
beforeAll(async () => {
  engine = await borrowPostgres();
  schemas = createSchemas(engine.url);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});
afterAll(async () => {
  await schemas?.drop();
  await engine?.remove();
});

const open: PostgresSchemas['open'] = async (...args) => {
  const store = await schemas.open(...args);
  opened.push(store);
  return store;
};

const alice: SubjectKey = { subject: 'alice', shardTag: Uint8Array.of(1, 2, 3, 4) };
const policy = { retryWindow: 30_000, mayLose: 0, inactivityTimeout: 86_400_000, absoluteLifetime: null };

function sidOf(number: number): string {
  const random = Uint8Array.of(0, 0, 0, number >> 16, number >> 8, number);
  return encodeSessionId({ shardTag: alice.shardTag, startedAt: 1, random });
}

async function placeSessions(
  store: Store,
  count: number,
  changes: Partial<SessionRecord> = {},
): Promise<readonly string[]> {
  const sessions = Array.from({ length: count }, (_, index) => sampleSession({ ...changes, sid: sidOf(index) }));
  await store.updateSubject({ ...alice, decide: () => ({ write: { putSessions: sessions }, result: undefined }) });
  return sessions.map(({ sid }) => sid);
}

/** The first refresh of a session; says which way it went. */
function rotation(sid: string, lastAgent = 'agent'): SessionUpdate<'plain' | 'asked'> {
  return {
    sid,
    plain: {
      ...plainRotation({ generation: 0, branch: 0 }, policy),
      lastAddress: '192.0.2.1',
      lastAgent,
      conclude: () => 'plain',
    },
    decide: (session, now) =>
      session?.generation === 0
        ? { write: { next: { ...session, generation: 1, changedAt: now } }, result: 'asked' }
        : { result: 'asked' },
  };
}

function revoke(store: Store, number: number): Promise<void> {
  const revocation: Revocation = { sid: sidOf(number), heldUntil: 9_000_000_000_000 };
  return store.updateSubject({
    ...alice,
    shardTag: Uint8Array.of(9, 9, 9, number),
    decide: () => ({ write: { revocations: [revocation] }, result: undefined }),
  });
}

/** Asks until it is so. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(10);
}

function isDone(act: Promise<unknown>): Promise<boolean> {
  return act.then(
    () => true,
    () => false,
  );
}

/** Whether a statement with `part` in it waits for a lock. */
async function isWaiting(part: string): Promise<boolean> {
  const { rows } = await schemas.query(
    `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND strpos(query, $1) > 0`,
    [part],
  );
  return rows.length > 0;
}

describe('a plain rotation in PostgreSQL', () => {
  it('happens exactly where the rule says rotate, for 3,000 random rows and tokens', async () => {
    await checkPlainRotations(await open(), 3_000, 20_261_123);
  });

  it('goes the slow way where another transaction has the row, and waits for it there', async () => {
    const store = await open();
    const [sid = ''] = await placeSessions(store, 1);
    const other = await schemas.connect();
    await other.query(`BEGIN; SELECT FROM ${schemas.schemaOf(store)}.sessions FOR UPDATE`);
    const rotating = store.updateSessions([rotation(sid)]);
    await until(() => isWaiting(schemas.schemaOf(store)));
    await other.query('COMMIT');
    await other.end();
    expect(await rotating).toEqual(['asked']);
    expect((await store.findSessions([sid]))[0]?.generation).toBe(1);
  });

  it('happens once in each session while two servers want them all, in opposite orders, without a deadlock', async () => {
    const store = await open();
    const servers = [store, await open(schemas.schemaOf(store))];
    const sids = await placeSessions(store, 300);
    const orders = [sids, sids.toReversed()];
    const results = await Promise.all(
      servers.map((server, index) =>
        Promise.all((orders[index] ?? []).map((sid) => server.updateSessions([rotation(sid)]))),
      ),
    );
    expect(results.flat(2)).toHaveLength(600);
    const rows = await store.findSessions(sids);
    expect(new Set(rows.map((row) => row?.generation))).toEqual(new Set([1]));
    const { rows: found } = await schemas.query(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(Number(found[0]?.deadlocks)).toBe(0);
  });

  it('costs the others of its group nothing where the engine refuses it', async () => {
    const store = await open();
    const [bad = '', ...sids] = await placeSessions(store, 20);
    const refused = store.updateSessions([rotation(bad, 'no text of PostgreSQL’s: \0')]);
    const others = Promise.all(sids.map((sid) => store.updateSessions([rotation(sid)])));
    await expect(refused).rejects.toMatchObject({ name: 'StoreError' });
    expect(new Set((await others).flat())).toEqual(new Set(['plain']));
  });
});

describe('the feed in PostgreSQL', () => {
  it('never skips a transaction that commits late', async () => {
    const store = await open();
    const schema = schemas.schemaOf(store);
    await revoke(store, 1);
    const { cursor } = await store.readRevocations(undefined);
    const late = await schemas.connect();
    // What a revoking transaction's last statement does, in a transaction that then takes its time.
    await late.query('BEGIN');
    await late.query(
      `WITH head AS (UPDATE ${schema}.feed SET position = position + 1 RETURNING position)
       INSERT INTO ${schema}.revocations SELECT position, 'late', NULL, 'bob', 1, NULL, 9000000000000 FROM head`,
    );
    const after = revoke(store, 2);
    await until(() => isWaiting(`${schema}.feed`));
    expect((await store.readRevocations(cursor)).entries).toEqual([]);
    await late.query('COMMIT');
    await late.end();
    await after;
    const page = await store.readRevocations(cursor);
    expect(page.reset).toBe(false);
    expect(page.entries.map(({ position }) => position)).toEqual([2, 3]);
    expect(page.entries[0]).toMatchObject({ subject: 'bob' });
  });

  it('tells other servers at once, and again after the connection that listens was lost', async () => {
    const store = await open();
    const schema = schemas.schemaOf(store);
    const second = await open(schema);
    let hints = 0;
    second.onRevocations(() => {
      hints += 1;
    });
    const listening = `SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN "${schema}_revocations"'`;
    await until(async () => (await schemas.query(listening)).rows.length === 2);
    const beforeNotice = hints;
    await revoke(store, 1);
    await until(() => hints > beforeNotice);
    const { rows } = await schemas.query(listening);
    await schemas.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [rows.map(({ pid }) => pid)]);
    await until(async () => {
      const found = await schemas.query(listening);
      return found.rows.length === 2 && found.rows.every(({ pid }) => rows.every((lost) => lost.pid !== pid));
    });
    const beforeSecond = hints;
    await revoke(store, 2);
    await until(() => hints > beforeSecond);
  });
});

describe('a session in PostgreSQL', () => {
  function refresh(sid: string, generation: number): SessionUpdate<'plain' | 'asked'> {
    return {
      ...rotation(sid),
      plain: {
        ...plainRotation({ generation, branch: 0 }, { ...policy, retryWindow: 0 }),
        lastAddress: '192.0.2.123',
        lastAgent: 'agent1',
        conclude: () => 'plain',
      },
    };
  }

  it('is one row of at most 300 bytes with its index entry, however often it is refreshed', async () => {
    const store = await open();
    const schema = schemas.schemaOf(store);
    // As long as in life: ids of 22 and 11 characters, an IPv4 address, a digest of 6.
    const sids = await placeSessions(store, 1_000, {
      subject: 'S'.repeat(22),
      deviceId: 'D'.repeat(11),
      amr: 'pwd',
      parentBranch: 0,
      grandparentBranch: 0,
      absoluteEndsAt: 9_000_000_000_000,
    });
    // Users come in no order: those whose refreshes share a statement do not share a page.
    const inNoOrder = sids.map((_sid, index) => sids[(index * 919) % sids.length] ?? '');
    const refreshes = 40;
    for (let generation = 0; generation < refreshes; generation += 1) {
      for (let first = 0; first < inNoOrder.length; first += 10) {
        await store.updateSessions(inNoOrder.slice(first, first + 10).map((sid) => refresh(sid, generation)));
      }
    }
    await schemas.query(`VACUUM ${schema}.sessions`);
    const { rows } = await schemas.query(
      `SELECT count(*)::int AS sessions, min(generation)::int AS refreshes,
         (pg_relation_size('${schema}.sessions') + pg_indexes_size('${schema}.sessions'))::int AS bytes
       FROM ${schema}.sessions`,
    );
    expect(rows[0]).toMatchObject({ sessions: 1_000, refreshes });
    console.log(`a session after ${refreshes} refreshes: ${Math.round(rows[0]?.bytes / 1_000)} bytes`);
    expect(rows[0]?.bytes / 1_000).toBeLessThanOrEqual(300);
  });
});

describe('opening the PostgreSQL store', () => {
  /** The one line with which a start is refused. */
  async function refusal(schema?: string, options: Parameters<typeof open>[1] = {}): Promise<string> {
    const error: unknown = await open(schema, options).then(
      () => new Error('it was opened'),
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'StoreError' });
    const message = error instanceof Error ? error.message : '';
    expect(message).not.toContain('\n');
    expect(message).not.toContain(new URL(engine.url).password);
    return message;
  }

  it('says that nobody listens at the address', async () => {
    expect(await refusal(undefined, { connectionString: 'postgres://a:b@127.0.0.1:1/c' })).toContain('ECONNREFUSED');
  });

  it('says that the database is not there', async () => {
    const url = new URL(engine.url);
    url.pathname = '/nowhere';
    expect(await refusal(undefined, { connectionString: url.href })).toContain('"nowhere" does not exist');
  });

  it('says that the password is wrong, and not which', async () => {
    const url = new URL(engine.url);
    url.password = 'something-else';
    const message = await refusal(undefined, { connectionString: url.href });
    expect(message).toContain('password authentication failed');
    expect(message).not.toContain('something-else');
  });

  it('says that a newer version has been at the schema', async () => {
    const schema = schemas.schemaOf(await open());
    await schemas.query(`UPDATE ${schema}.store SET schema_version = 99`);
    expect(await refusal(schema)).toContain('has schema 99, this version knows');
  });

  it('says which rights a role lacks, and takes a role that has no more than it needs', async () => {
    const schema = schemas.schemaOf(await open());
    const role = `${schema}_role`;
    await schemas.query(`CREATE ROLE ${role} LOGIN PASSWORD 'role'`);
    const url = new URL(engine.url);
    Object.assign(url, { username: role, password: 'role' });
    expect(await refusal(schema, { connectionString: url.href })).toContain('permission denied for schema');
    await schemas.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await schemas.query(`GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    expect(await refusal(schema, { connectionString: url.href })).toContain(`the role ${role} lacks UPDATE`);
    await schemas.query(`GRANT UPDATE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    const store = await open(schema, { connectionString: url.href });
    await store.checkHealth();
    await store.close();
    await schemas.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it('says that the server is too old', async () => {
    const rows = [{ version: '130014', name: '13.14', encoding: 'UTF8', read_only: 'off' }];
    const client = { query: async () => ({ rows, rowCount: 1 }), release() {}, on() {}, removeListener() {} };
    const pool: PostgresPool = { connect: async () => client, end: async () => {}, on() {}, removeListener() {} };
    await expect(createPostgresStore({ pool }).open()).rejects.toThrow('version 13.14, which is too old: 14 or later');
  });

  it('makes one schema where several servers start at once', async () => {
    const first = await open();
    const schema = schemas.schemaOf(first);
    await first.close();
    await schemas.query(`DROP SCHEMA ${schema} CASCADE`);
    const stores = await Promise.all(Array.from({ length: 5 }, () => open(schema)));
    const secrets = await Promise.all(
      stores.map(async (store) => Buffer.from(await store.shardSecret()).toString('hex')),
    );
    expect(new Set(secrets).size).toBe(1);
  });

  it('is refused where the pool could not do', () => {
    const poolOf = (options: pg.PoolConfig) => ({ pool: new pg.Pool({ connectionString: engine.url, ...options }) });
    expect(() => createPostgresStore(poolOf({ max: 1, connectionTimeoutMillis: 1 }))).toThrow(/^pool: /);
    expect(() => createPostgresStore(poolOf({}))).toThrow('connectionTimeoutMillis');
    expect(() => createPostgresStore({ ...poolOf({ connectionTimeoutMillis: 1 }), schema: 'a"b' })).toThrow(
      /^schema: /,
    );
    expect(() => createPostgresStore({ ...poolOf({ connectionTimeoutMillis: 1 }), mayLoseSeconds: -1 })).toThrow(
      /^mayLoseSeconds: /,
    );
  });
});

describe('attempts in PostgreSQL', () => {
  const steps = (ids: readonly string[]) => ids.map((id) => ({ key: `key of ${id}`, id, limit: 1, heldFor: 60_000 }));
  const ends = (ids: readonly string[], outcome: AttemptEnd['outcome']) =>
    steps(ids).map(({ key, id }) => ({ key, id, outcome, countedFor: 60_000 }));

  it('leave no row behind that says nothing', async () => {
    const store = await open();
    await store.startAttempts(steps(['passed', 'withdrawn', 'failed']));
    await store.endAttempts([
      ...ends(['passed'], 'passed'),
      ...ends(['withdrawn', 'unknown'], 'withdrawn'),
      ...ends(['failed'], 'failed'),
    ]);
    const { rows } = await schemas.query(`SELECT key FROM ${schemas.schemaOf(store)}.attempts`);
    expect(rows.map(({ key }) => key.toString())).toEqual(['key of failed']);
  });

  it('are swept once they are over', async () => {
    const store = await open();
    const over = steps(Array.from({ length: 30 }, (_, index) => `over ${index}`)).map((step) => ({
      ...step,
      heldFor: -1,
    }));
    await store.startAttempts([...over, ...steps(['held'])]);
    while (!(await store.removeExpired(10)).done);
    const { rows } = await schemas.query(`SELECT key FROM ${schemas.schemaOf(store)}.attempts`);
    expect(rows.map(({ key }) => key.toString())).toEqual(['key of held']);
  });

  it('of the same keys at two servers, in opposite orders, come to an end without a deadlock', async () => {
    const store = await open();
    const servers = [store, await open(schemas.schemaOf(store))];
    const ids = Array.from({ length: 200 }, (_, index) => String(index));
    const orders = [ids, ids.toReversed()];
    for (const outcome of ['failed', 'passed', 'failed'] as const) {
      await Promise.all(servers.map((server, index) => server.startAttempts(steps(orders[index] ?? []))));
      await Promise.all(servers.map((server, index) => server.endAttempts(ends(orders[index] ?? [], outcome))));
    }
    const told = await store.startAttempts(steps(ids));
    expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['refused']));
    const { rows } = await schemas.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
    expect(Number(rows[0]?.deadlocks)).toBe(0);
  });

  it('are counted in a schema of the version before as soon as it is brought up to date', async () => {
    const before = await open();
    const schema = schemas.schemaOf(before);
    await schemas.query(`DROP TABLE ${schema}.attempts; UPDATE ${schema}.store SET schema_version = 2`);
    expect(await (await open(schema)).startAttempts(steps(['id']))).toEqual([{ kind: 'admitted' }]);
    const [sid = ''] = await placeSessions(before, 1);
    expect(await before.updateSessions([rotation(sid)])).toEqual(['plain']);
  });
});

describe('a fault of PostgreSQL', () => {
  it('is a StoreError where the database has become read-only, and heals by itself', async () => {
    const database = new URL(engine.url).pathname.slice(1);
    const store = await open(undefined, { connectionString: `${engine.url}?application_name=to-be-ended` });
    const [sid = ''] = await placeSessions(store, 1);
    await schemas.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    try {
      // What it is set to counts for new connections.
      await schemas.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to-be-ended'`,
      );
      await until(() => isDone(store.findSessions([sid])));
      await expect(store.checkHealth()).rejects.toMatchObject({ name: 'StoreError' });
      await expect(store.updateSessions([rotation(sid)])).rejects.toMatchObject({ name: 'StoreError' });
    } finally {
      await schemas.query(`BEGIN READ WRITE; ALTER DATABASE ${database} RESET default_transaction_read_only; COMMIT`);
    }
    await until(() => isDone(store.checkHealth()));
    await until(() => isDone(store.updateSessions([rotation(sid)])));
    expect((await store.findSessions([sid]))[0]?.generation).toBe(1);
  });

  it('is a StoreError where the pool has no connection to give, and heals when it has', async () => {
    const schema = schemas.schemaOf(await open());
    const pool = new pg.Pool({ connectionString: engine.url, max: 2, connectionTimeoutMillis: 1_000 });
    const store = createPostgresStore({ pool, schema, endsPool: true });
    await store.open();
    opened.push(store);
    const taken = await pool.connect();
    await expect(store.checkHealth()).rejects.toMatchObject({ name: 'StoreError' });
    taken.release();
    await until(() => isDone(store.checkHealth()));
  });

  it('is a StoreError where the connection is lost in the middle of an act, which then was not', async () => {
    const store = await open();
    const schema = schemas.schemaOf(store);
    const [sid = ''] = await placeSessions(store, 1);
    const other = await schemas.connect();
    await other.query(`BEGIN; SELECT FROM ${schema}.sessions FOR UPDATE`);
    const act = expect(store.updateSessions([rotation(sid)])).rejects.toMatchObject({ name: 'StoreError' });
    await until(() => isWaiting(`${schema}.sessions`));
    await schemas.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND strpos(query, $1) > 0`,
      [schema],
    );
    await act;
    await other.query('COMMIT');
    await other.end();
    expect((await store.findSessions([sid]))[0]?.generation).toBe(0);
    expect(await store.updateSessions([rotation(sid)])).toHaveLength(1);
  });

  it('is tried again where it undid everything: a deadlock is nobody’s answer', async () => {
    const store = await open();
    const schema = schemas.schemaOf(store);
    const sids = (await placeSessions(store, 2)).toSorted();
    const [first = '', last = ''] = sids;
    const other = await schemas.connect();
    const uuid = (sid: string) => Buffer.from(sid, 'base64url').toString('hex');
    await other.query('BEGIN');
    await other.query(`SELECT FROM ${schema}.sessions WHERE sid = $1 FOR UPDATE`, [uuid(last)]);
    // This one has the first row and waits for the last; the other then wants the first, and one of them has to give in.
    const act = store.updateSubject({
      ...alice,
      decide: ({ sessions }) => ({
        write: { putSessions: sessions.map((session) => ({ ...session, lastAgent: 'done' })) },
        result: sessions.length,
      }),
    });
    await until(() => isWaiting(`${schema}.sessions`));
    await other.query("SET deadlock_timeout = '10s'");
    await other.query(`SELECT FROM ${schema}.sessions WHERE sid = $1 FOR UPDATE`, [uuid(first)]);
    await other.query('COMMIT');
    await other.end();
    expect(await act).toBe(2);
    expect((await store.findSessions(sids)).map((row) => row?.lastAgent)).toEqual(['done', 'done']);
  });

  it('leaves what another transaction has to a later sweep', async () => {
    const store = await open();
    const schema = schemas.schemaOf(store);
    const sids = await placeSessions(store, 3, { absoluteEndsAt: 1_000 });
    const [, locked = ''] = sids;
    const other = await schemas.connect();
    await other.query('BEGIN');
    await other.query(`SELECT FROM ${schema}.sessions WHERE sid = $1 FOR UPDATE`, [
      Buffer.from(locked, 'base64url').toString('hex'),
    ]);
    expect(await store.removeExpired(10)).toEqual({ removed: 2, done: true });
    await other.query('COMMIT');
    await other.end();
    expect(await store.removeExpired(10)).toEqual({ removed: 1, done: true });
  });
});
