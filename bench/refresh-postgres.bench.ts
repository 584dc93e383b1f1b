/**
 * Refreshes on PostgreSQL, over HTTP, every one a rotation that is committed before it is answered, against `pgbench`
 * updating one row a transaction on the same server, with the same settings and as many clients.
 */
import type { Extent, Line, LineResult } from './line.ts';
import { checkRotations } from './load/check-rotations.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { postgresTime, processorTime } from './load/processor-time.ts';
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
    const [first = [], ...shares] = shareOut(ours.tokens, runs + 1);
    const load = { ...refreshing, connections: clients, url: `${ours.url}/token` };
    say('warming up, which pgbench has no need of');
    const warmUp = await runLoad({ ...load, seconds: 3, values: first });
    const spent = { pgbench: nothing, Tallystick: nothing };
    const rates = await inTurns(runs, say, {
      pgbench: async () => {
        const baseline = { clients, seconds, rows: sessions, folder };
        const { result, cost } = await metered(ours, () => runPgbench(ours.database, baseline));
        spent.pgbench = add(spent.pgbench, { ...cost, count: result.count });
        return result.rate;
      },
      Tallystick: async (run) => {
        const { result, cost } = await metered(ours, () => runLoad({ ...load, seconds, values: shares[run] ?? [] }));
        spent.Tallystick = add(spent.Tallystick, { ...cost, count: result.answered });
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
        checkRotations({
          stored: await countRotations(ours),
          answered: warmUp.answered + spent.Tallystick.count,
          cutOff: clients * (runs + 1),
        }),
        sayCosts(spent),
        await saySettings(ours),
      ],
    };
  } finally {
    await ours.remove();
  }
}

/** Processor time in milliseconds, and what it was spent on. `asker`: `pgbench`, or the generator of the load. */
interface Spent {
  readonly count: number;
  readonly server: number;
  readonly database: number;
  readonly asker: number;
}

const nothing: Spent = { count: 0, server: 0, database: 0, asker: 0 };

async function metered<Result>(ours: PostgresBackedServer, act: () => Promise<Result>) {
  const before = await readTimes(ours);
  const result = await act();
  const after = await readTimes(ours);
  const server = after.server - before.server;
  const cost = { server, database: after.database - before.database, asker: after.all - before.all - server };
  return { result, cost };
}

/** `all` are those that this process has started, the server among them, but not the database's connections. */
async function readTimes({ pid, database }: PostgresBackedServer) {
  return { server: processorTime(pid), database: await postgresTime(database), all: processorTime(process.pid) };
}

function add(one: Spent, other: Spent): Spent {
  return {
    count: one.count + other.count,
    server: one.server + other.server,
    database: one.database + other.database,
    asker: one.asker + other.asker,
  };
}

/** Where the processors are the limit, the ratio of the rates cannot be better than that of these sums. */
function sayCosts({ pgbench, Tallystick }: Readonly<Record<'pgbench' | 'Tallystick', Spent>>): string {
  const per = ({ count }: Spent, time: number) => Math.round((time * 1000) / count);
  return `processor time in µs: a refresh took ${per(Tallystick, Tallystick.server)} of the server, ${per(Tallystick, Tallystick.database)} of PostgreSQL and ${per(Tallystick, Tallystick.asker)} of the load; a transaction of pgbench ${per(pgbench, pgbench.database)} of PostgreSQL and ${per(pgbench, pgbench.asker)} of pgbench`;
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
