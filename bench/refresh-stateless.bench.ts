/**
 * Refreshes of stateless sessions beside those of stored ones, over HTTP, each on a SQLite file of its own and without keys:
 * a rotation that is on disk before it is answered, against a look at what was revoked.
 */
import type { Extent, Line, LineResult } from './line.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { refreshing, runLoad } from './load/run-load.ts';
import { shareOut } from './load/share-out.ts';
import { compareRates, sayGeneratorShares } from './report/compare-rates.ts';
import { type SqliteServer, serveSqlite } from './servers/serve-sqlite.ts';

const connections = 64;
const sessions = 5_000;

export const line: Line = {
  name: 'refresh-stateless',
  title: 'refresh of stateless sessions beside stored ones, on SQLite',
  hasNoBar: true,
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

async function measure(folder: string, { runs, seconds }: Extent, say: (what: string) => void): Promise<LineResult> {
  say(`signing in ${sessions} users in each mode`);
  const stored = await serveSqlite(folder, sessions);
  const stateless = await serveSqlite(folder, sessions, { mode: 'stateless' });
  const load = ({ url, tokens }: SqliteServer, run: number) => {
    const values = shareOut(tokens, runs + 1)[run] ?? [];
    return runLoad({ ...refreshing, connections, seconds, url: `${url}/token`, values });
  };
  try {
    const modes = {
      stored: (run: number) => load(stored, run),
      stateless: (run: number) => load(stateless, run),
    };
    const rates = await inTurns(runs, say, modes, { warmUp: true });
    return {
      findings: compareRates(rates, 'stateless', { stored: undefined }),
      evidence: [sayGeneratorShares(rates)],
    };
  } finally {
    await stored.kill('SIGTERM');
    await stateless.kill('SIGTERM');
  }
}
