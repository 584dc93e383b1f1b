/**
 * How values go into columns and come out again. Rows go in as one array a column, so that any number of them is one
 * statement of one text.
 */

/** The columns of a table with their types, in the order in which rows give their values. */
export type Columns = Readonly<Record<string, string>>;

export function columnNames(columns: Columns): string {
  return Object.keys(columns).join(', ');
}

/** `unnest(…)` over one array parameter a column, the first of them `$first`. */
export function unnest(columns: Columns, first = 1): string {
  return `unnest(${Object.values(columns)
    .map((type, index) => `$${first + index}::${type}[]`)
    .join(', ')})`;
}

/** The parameters for `unnest`: `rows`, turned into one array a column. */
export function toArrays(columns: Columns, rows: readonly (readonly unknown[])[]): unknown[][] {
  return Object.keys(columns).map((_name, index) => rows.map((row) => row[index]));
}

/** Adds rows, and changes those that are there. `key` names the columns of the primary key. */
export function upsert(table: string, columns: Columns, key: string): string {
  const keys = key.split(', ');
  const changes = Object.keys(columns)
    .filter((name) => !keys.includes(name))
    .map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO ${table} (${columnNames(columns)}) SELECT * FROM ${unnest(columns)}
    ON CONFLICT (${key}) DO UPDATE SET ${changes.join(', ')}`;
}

/** A session id as the engine's 16-byte type, the smallest it can be kept in; `null`, which no row has, where it is none. */
export function toUuid(sid: string): string | null {
  const bytes = Buffer.from(sid, 'base64url');
  return bytes.length === 16 ? bytes.toString('hex') : null;
}

export function fromUuid(value: unknown): string {
  return Buffer.from(String(value).replaceAll('-', ''), 'hex').toString('base64url');
}

export function toNumberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value);
}

export function toTextOrNull(value: unknown): string | null {
  return value === null ? null : String(value);
}
