/**
 * `npm run losses [-- REFRESHES [SEED]]`: the long form of the refreshes with lost answers, in Chromium.
 */
import { createRandom } from '../client/world/random.ts';
import { openBank } from './open-bank.ts';
import { openChromium } from './open-chromium.ts';
import { refreshWithLosses } from './refresh-with-losses.ts';

const wanted = Number(process.argv[2] ?? 1_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
console.log(`${wanted} refreshes, a tenth of the answers lost, seed ${seed}`);

const [bank, browser] = await Promise.all([openBank(), openChromium()]);
let told = 0;
const report = await refreshWithLosses(bank, browser, {
  refreshes: wanted,
  random: createRandom(seed),
  say(refreshes) {
    if (refreshes < told + 100) return;
    told = refreshes;
    console.log(`  ${refreshes} refreshes`);
  },
});
await browser.close();
await bank.close();

const { refreshes, lost, requests, answeredOnce, signedOut, outcomes } = report;
console.log(`${refreshes} refreshes, ${lost} answers lost: ${JSON.stringify(outcomes)}`);
console.log(`${answeredOnce} of ${requests} requests answered once, ${signedOut} tabs signed out`);
process.exitCode = answeredOnce === requests && signedOut === 0 && refreshes >= wanted ? 0 : 1;
