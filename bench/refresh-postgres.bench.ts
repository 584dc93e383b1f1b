/**
 * Refreshes on PostgreSQL, over HTTP, every one a rotation that is committed before it is answered, against `pgbench`
 * updating one row a transaction on the same server, with the same settings and as many clients.
 */
import type { Extent, Line, LineResult } from './line.ts';
import { checkRotations } from './load/check-rotations.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { refreshing, runLoad } from './load/run-load.ts';
import { shareOut } from './load/share-out.ts';
import { ratios } from './report/statistics.ts';
import { prepareBaseline, runPgbench } from './servers/run-pgbench.ts';
import { type PostgresBackedServer, servePostgres } from './servers/serve-postgres.ts';

const clients = 64;
const sessions = 10_000;

export const line: Line = {
  name: 'refresh-postgres',
  title: 'refresh on PostgreSQL, durable, against pgbench updating one row a transaction',
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

async function measure(folder: string, { runs, seconds }: Extent, say: (what: string) => void): Promise<LineResult> {
  say(`starting PostgreSQL, signing in ${sessions} users`);
  const ours = await servePostgres(sessions);
  try {
    await prepareBaseline(ours.database, sessions);
    const shares = shareOut(ours.tokens, runs);
    let answered = 0;
    const rates = await inTurns(runs, say, {
      pgbench: () => runPgbench(ours.database, { clients, seconds, rows: sessions, folder }),
      Tallystick: async (run) => {
        const load = { ...refreshing, connections: clients, seconds, url: `${ours.url}/token` };
        const result = await runLoad({ ...load, values: shares[run] ?? [] });
        answered += result.answered;
        return result.rate;
      },
    });
    return {
      findings: [
        {
          what: 'Tallystick / pgbench',
          unit: '×',
          runs: ratios(rates.Tallystick, rates.pgbench),
          bar: { atLeast: 0.8 },
        },
        { what: 'pgbench', unit: '/s', runs: rates.pgbench },
        { what: 'Tallystick', unit: '/s', runs: rates.Tallystick },
      ],
      evidence: [
        checkRotations({ stored: await countRotations(ours), answered, cutOff: clients * runs }),
        await saySettings(ours),
      ],
    };
  } finally {
    await ours.remove();
  }
}

async function countRotations({ database }: PostgresBackedServer): Promise<number> {
  return Number((await database.ask('SELECT sum(generation) AS rotations FROM tallystick.sessions'))?.rotations);
}

/** Since version 18, flushes of the log are counted in another place, with their count left out here. */
async function saySettings({ database }: PostgresBackedServer): Promise<string> {
  const found = await database.ask(`
    SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS commit, current_setting('wal_sync_method') AS method,
      (SELECT to_jsonb(w) ->> 'wal_sync' FROM pg_stat_wal AS w) AS flushes`);
  const counted = found?.flushes == null ? '' : `; ${found.flushes} flushes of the log, pgbench's among them`;
  return `PostgreSQL ${found?.version}, fsync ${found?.fsync} (${found?.method}), synchronous_commit ${found?.commit}${counted}`;
}
