/**
 * Refreshes on SQLite, over HTTP, every one a rotation that is on disk before it is answered, against a bare `node:http`
 * server that answers the same bytes to the same load.
 */
import type { Extent, Line, LineResult } from './line.ts';
import { checkRotations } from './load/check-rotations.ts';
import { countFlushes } from './load/count-flushes.ts';
import { inTemporaryFolder } from './load/in-temporary-folder.ts';
import { inTurns } from './load/in-turns.ts';
import { type LoadResult, refreshing, runLoad } from './load/run-load.ts';
import { shareOut } from './load/share-out.ts';
import { compareRates, sayGeneratorShares } from './report/compare-rates.ts';
import { startBare } from './servers/bare.ts';
import { recordAnswer } from './servers/record-answer.ts';
import { serveSqlite, twoProcesses } from './servers/serve-sqlite.ts';

const connections = 64;
const sessions = 10_000;

export const line: Line = {
  name: 'refresh-sqlite',
  title: 'refresh on SQLite, every acknowledged rotation durable, against a bare server',
  measure: (extent, say) => inTemporaryFolder((folder) => measure(folder, extent, say)),
};

async function measure(folder: string, { runs, seconds }: Extent, say: (what: string) => void): Promise<LineResult> {
  say(`signing in ${sessions} users`);
  const ours = await serveSqlite(folder, sessions);
  const two = await serveSqlite(folder, sessions, { options: twoProcesses });
  const [first = '', ...tokens] = ours.tokens;
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: first });
  const bare = await startBare(await recordAnswer(`${ours.url}/token`, form), folder);
  const shares = shareOut(tokens, runs + 1);
  const sharesOfTwo = shareOut(two.tokens, runs + 1);
  const load = (url: string, share: number, forSeconds = seconds, of = shares) =>
    runLoad({ ...refreshing, connections, seconds: forSeconds, url: `${url}/token`, values: of[share] ?? [] });
  try {
    say('warming up, and counting flushes');
    await load(bare.url, runs, 2);
    const flushes = await countFlushes(ours.pid, () => load(ours.url, runs, 2));
    const warmUpOfTwo = await load(two.url, runs, 2, sharesOfTwo);
    const rates = await inTurns(runs, say, {
      'bare node:http': (run) => load(bare.url, run),
      Tallystick: (run) => load(ours.url, run),
      'Tallystick, two processes': (run) => load(two.url, run, seconds, sharesOfTwo),
    });
    const answered = 1 + sumOf([...rates.Tallystick, flushes.result]);
    return {
      findings: compareRates(rates, 'Tallystick', {
        'bare node:http': { atLeast: 0.25 },
        'Tallystick, two processes': undefined,
      }),
      evidence: [
        checkRotations({ stored: ours.rotations(), answered, cutOff: connections * (runs + 1) }),
        `${flushes.result.answered} rotations from ${connections} connections shared ${flushes.count} flushes to disk`,
        checkRotations({
          stored: two.rotations(),
          answered: sumOf([...rates['Tallystick, two processes'], warmUpOfTwo]),
          cutOff: connections * (runs + 1),
        }),
        sayGeneratorShares(rates),
      ],
    };
  } finally {
    await bare.kill('SIGTERM');
    await ours.kill('SIGTERM');
    await two.kill('SIGTERM');
  }
}

function sumOf(results: readonly LoadResult[]): number {
  return results.reduce((sum, { answered }) => sum + answered, 0);
}
