/**
 * The engine's clock.
 */
import type { Run } from './connection.ts';
import type { PostgresResult } from './driver.ts';

/** In whole milliseconds, read when this is evaluated. */
export const clock = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** The engine's clock in milliseconds, when it was read. */
export async function readClock(run: Run): Promise<number> {
  return toNow(await run({ text: `SELECT ${clock} AS now` }));
}

/** Of a statement that gives it as `now`. */
export function toNow({ rows }: PostgresResult): number {
  return Number(rows[0]?.now);
}
