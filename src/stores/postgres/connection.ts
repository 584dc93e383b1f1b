/**
 * The way to the database: statements and transactions on connections of the user's pool, each with a time limit, and the
 * engine's errors as `StoreError`s. Whatever has been given up here comes to nothing there, soon: see `patience`.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { withDeadline } from '../../time/with-deadline.ts';
import { messageOf } from '../message-of.ts';
import { StoreError } from '../store-error.ts';
import type { PostgresClient, PostgresPool, PostgresQuery, PostgresResult } from './driver.ts';

/** Runs statements. Rejects with a `StoreError`, whatever the engine's trouble is. */
export type Run = (statement: PostgresQuery) => Promise<PostgresResult>;

export interface Connection {
  /** One statement in a transaction of its own. It is never repeated: whether it was done may be unknown. */
  readonly run: Run;
  /**
   * Statements in one transaction, READ COMMITTED. `first` is sent along with its beginning. The engine's refusals that
   * undo everything and may not come again (a deadlock, a lock not had in time) are tried again, so `act` may run more
   * than once. What `act` throws undoes the transaction and is passed on.
   */
  transaction<Result>(act: (run: Run) => Promise<Result>, first?: string): Promise<Result>;
  /** Reads that all see the same moment. */
  snapshot<Result>(act: (run: Run) => Promise<Result>): Promise<Result>;
}

/**
 * How long anything may take, in milliseconds. Statements in transactions are told so, an open transaction whose server is
 * silent ends by itself, and a statement of its own compares the clock: so nothing is decided long after it was given up.
 */
export const patience = 5_000;

const attempts = 5;

const limits = `SET LOCAL statement_timeout = ${patience}; SET LOCAL lock_timeout = ${patience / 2};
  SET LOCAL idle_in_transaction_session_timeout = ${patience};`;
const beginWriting = `BEGIN ISOLATION LEVEL READ COMMITTED; ${limits}`;
const beginReading = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${limits}`;

/** A refusal by the engine, which has undone the transaction. */
class Refusal extends StoreError {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** A prepared statement. The name follows from the text, since two stores may share a connection. */
export function prepared(text: string): (...values: unknown[]) => PostgresQuery {
  const name = `tallystick_${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
  return (...values) => ({ name, text, values });
}

export function createConnection(pool: PostgresPool): Connection {
  return {
    run: (statement) => withClient(pool, (run) => run(statement)),
    transaction: async (act, first = '') => {
      const giveUpAt = performance.now() + patience;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await withClient(pool, (run) => transact(run, act, beginWriting + first));
        } catch (error) {
          if (attempt === attempts || performance.now() > giveUpAt || !isWorthRetrying(error)) throw error;
          // Two that stood in each other's way do not set out together again.
          await wait(20 * Math.random());
        }
      }
    },
    snapshot: (act) => withClient(pool, (run) => transact(run, act, beginReading)),
  };
}

async function transact<Result>(run: Run, act: (run: Run) => Promise<Result>, begin: string): Promise<Result> {
  await run({ text: begin });
  try {
    const result = await act(run);
    await run({ text: 'COMMIT' });
    return result;
  } catch (error) {
    // On a connection that is lost this fails too, and the engine has undone everything by itself.
    await run({ text: 'ROLLBACK' }).catch(() => {});
    throw error;
  }
}

async function withClient<Result>(pool: PostgresPool, act: (run: Run) => Promise<Result>): Promise<Result> {
  const client = await takeClient(pool);
  // Between two statements nobody awaits anything of the connection; its end shows at the next one.
  const ignore = () => {};
  client.on('error', ignore);
  let isSound = true;
  const run: Run = async (statement) => {
    try {
      if (!isSound) throw new StoreError('PostgreSQL: the connection was lost');
      return await withDeadline(client.query(statement), patience);
    } catch (error) {
      const refusal = toStoreError(error);
      isSound &&= refusal instanceof Refusal && !endsConnection(refusal);
      throw refusal;
    }
  };
  try {
    return await act(run);
  } finally {
    client.removeListener('error', ignore);
    client.release(!isSound);
  }
}

async function takeClient(pool: PostgresPool): Promise<PostgresClient> {
  const connecting = pool.connect();
  try {
    return await withDeadline(connecting, patience, 'no connection in time');
  } catch (error) {
    // Where it comes after all, nobody waits for it any more.
    connecting.then(
      (client) => client.release(),
      () => {},
    );
    throw toStoreError(error);
  }
}

/** The driver's error, without its detail, which can show parts of rows. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = `PostgreSQL: ${messageOf(error)}`;
  return /^[0-9A-Z]{5}$/.test(code) ? new Refusal(message, code) : new StoreError(message);
}

/** Whether the engine refused `statement` because of what was in it, or beside it, rather than because of its own state. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Refusal && /^(22|23|40|42|55)/.test(error.code);
}

/** Serialization failure, deadlock, a row that came meanwhile, a lock not had in time. */
function isWorthRetrying(error: unknown): boolean {
  return error instanceof Refusal && ['40001', '40P01', '23505', '55P03'].includes(error.code);
}

/** After these a connection leads nowhere: the server is going down, or is no longer the one that may be written to. */
function endsConnection({ code }: Refusal): boolean {
  return code.startsWith('57P') || code.startsWith('08') || code.startsWith('25');
}
