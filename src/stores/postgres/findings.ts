/**
 * What an operator should know of a PostgreSQL server.
 */
import type { Finding } from '../finding.ts';
import type { Run } from './connection.ts';

/** The settings that decide what a crash or a failover loses, as `pg_settings` has them. */
export interface PostgresFacts {
  readonly version: string;
  readonly schemaVersion: number;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly synchronousStandbys: string;
  readonly autovacuum: string;
  readonly standbys: number;
}

export async function readFacts(run: Run, schema: string): Promise<PostgresFacts> {
  const { rows } = await run({
    text: `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
      current_setting('full_page_writes') AS full_page_writes, current_setting('autovacuum') AS autovacuum,
      current_setting('synchronous_commit') AS synchronous_commit,
      current_setting('synchronous_standby_names') AS synchronous_standby_names,
      (SELECT count(*) FROM pg_stat_replication) AS standbys,
      (SELECT schema_version FROM ${schema}.store) AS schema_version`,
  });
  const row = rows[0] ?? {};
  return {
    version: String(row.version),
    schemaVersion: Number(row.schema_version),
    fsync: String(row.fsync),
    fullPageWrites: String(row.full_page_writes),
    synchronousCommit: String(row.synchronous_commit),
    synchronousStandbys: String(row.synchronous_standby_names),
    autovacuum: String(row.autovacuum),
    standbys: Number(row.standbys),
  };
}

export function postgresFindings(facts: PostgresFacts): readonly Finding[] {
  const off = Object.entries({
    fsync: facts.fsync,
    full_page_writes: facts.fullPageWrites,
    synchronous_commit: facts.synchronousCommit,
  }).flatMap(([name, value]) => (value === 'off' ? [name] : []));
  return [
    { verdict: 'good', text: `PostgreSQL ${facts.version}, schema ${facts.schemaVersion}` },
    off.length === 0
      ? { verdict: 'good', text: 'durable: fsync, full_page_writes and synchronous_commit are on' }
      : { verdict: 'bad', text: `a crash loses what was answered: ${off.join(', ')} is off` },
    standbyFinding(facts),
    facts.autovacuum === 'on'
      ? { verdict: 'good', text: 'autovacuum is on' }
      : { verdict: 'bad', text: 'autovacuum is off: tables will grow without end' },
  ];
}

function standbyFinding({ standbys, synchronousStandbys }: PostgresFacts): Finding {
  if (synchronousStandbys !== '') return { verdict: 'good', text: `${standbys} standbys, and commits wait for one` };
  if (standbys === 0) return { verdict: 'poor', text: 'no standby: while this server is down, nobody can refresh' };
  return { verdict: 'poor', text: `${standbys} standbys, and no commit waits for one: a failover may undo a sign-out` };
}
