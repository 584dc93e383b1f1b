/**
 * The long form of the PostgreSQL drills: `npm run drills:postgres [-- ROUNDS]`, 10 rounds of every fault unless told
 * otherwise, each on a new primary with a new standby.
 */
import { cutLine, killPrimary, openSite, type PostgresFault, promoteStale } from './postgres-faults.ts';
import { type DrillResult, runDrill } from './run-drill.ts';
import { type DrillRow, printDrills, summarizeDrills } from './summarize-drills.ts';

const rounds = Number(process.argv[2] ?? 10);
const rows: DrillRow[] = [];
for (const fault of [killPrimary, cutLine, promoteStale]) {
  const results: DrillResult[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    process.stdout.write(`\r${fault.name}: ${round} of ${rounds}   `);
    results.push(await drillOnce(fault));
  }
  rows.push(summarizeDrills(fault.name, results));
}
printDrills(rows);

async function drillOnce({ fail }: PostgresFault): Promise<DrillResult> {
  const site = await openSite();
  try {
    return await runDrill({
      store: site.url,
      clients: 60,
      before: 5_000,
      after: 12_000,
      fail: (underWay) => fail(site, underWay),
    });
  } finally {
    await site.remove();
  }
}
