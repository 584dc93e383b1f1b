/**
 * What the store asks of the driver: the few methods it calls of `pg`'s `Pool` and of the clients that come from it. The
 * pool is the user's own; nothing here imports a driver.
 */

/** One statement. Where it has a `name`, the driver prepares it once a connection. */
export interface PostgresQuery {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

export interface PostgresResult {
  readonly rows: PostgresRow[];
  readonly rowCount: number | null;
}

/** Columns as the driver's type parsers leave them; whole numbers may come as text. */
export type PostgresRow = Record<string, unknown>;

/** A connection that has been taken from the pool. */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<PostgresResult>;
  /** Gives the connection back, or with `true` has it closed. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'notification' | 'end', listener: () => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** The pool, `pg`'s `Pool` or one like it. */
export interface PostgresPool {
  readonly options?: { readonly max?: number | undefined; readonly connectionTimeoutMillis?: number | undefined };
  connect(): Promise<PostgresClient>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}
