/**
 * Processor time of processes, in milliseconds, as Linux tells it: in hundredths of a second.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { PostgresServer } from '../../test/engines/postgres.ts';

/** Of a process and those that it has started, dead or alive. */
export function processorTime(pid: number): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readStat(name)];
      } catch {
        // It has ended since the list was made.
        return [];
      }
    });
  const living = stats.filter(([, parent]) => parent === pid).flatMap((stat) => [stat[11] ?? 0, stat[12] ?? 0]);
  return 10 * [...readStat(pid).slice(11, 15), ...living].reduce((sum, ticks) => sum + ticks, 0);
}

/** Of a PostgreSQL server with all its connections, also those that are closed. */
export async function postgresTime(database: PostgresServer): Promise<number> {
  const found = await database.ask(`SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`);
  return processorTime(Number(found?.pid));
}

/** The fields after the name, which may have spaces in it. */
function readStat(pid: number | string): number[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
}
