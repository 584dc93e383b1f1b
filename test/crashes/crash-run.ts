/**
 * The long crash run: `npm run crashes [-- KILLS]`, 300 unless told otherwise.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../drills/history.ts';
import { runCrashes } from './run-crashes.ts';

const kills = Number(process.argv[2] ?? 300);
const folder = mkdtempSync(join(tmpdir(), 'tallystick-crashes-'));
const onKill = (done: number) => process.stdout.write(`\r${done} of ${kills} killed`);
const { history, ...result } = await runCrashes({ file: join(folder, 'crashes.db'), kills, clients: 24, onKill });
rmSync(folder, { recursive: true });

const answers = Map.groupBy(history.refreshes, ({ outcome, status }) => outcome ?? String(status ?? 'no answer'));
const broken = judge(history);
console.log('\nkilled at:', result.kills);
console.log('refreshes:', Object.fromEntries([...answers].map(([answer, found]) => [answer, found.length])));
console.log(`honest clients signed out: ${result.signedOut}`);
console.log(`acknowledged sign-outs: ${result.signOuts}, undone: ${result.undone}`);
for (const line of broken) console.log('broken:', line);
process.exitCode = result.signedOut + result.undone + broken.length === 0 ? 0 : 1;
