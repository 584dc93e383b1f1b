/**
 * `npm run moving [-- SERVERS [CLIENTS]]`: four servers and 24 clients unless told otherwise, from stored sessions to
 * stateless ones and back.
 */
import { runMoving } from './run-moving.ts';

const [servers = 4, clients = 24] = process.argv.slice(2).map(Number);
const result = await runMoving({ servers, clients, retryWindowSeconds: 4 });
console.log(`${result.restarts} restarts of ${servers} servers, one at a time, stored → stateless → stored`);
console.log('refreshes:', result.refreshes);
console.log('uses of access tokens:', result.uses);
console.log(`honest clients signed out: ${result.signedOut}, left behind: ${result.leftBehind}`);
for (const line of result.broken) console.log('broken:', line);
const errors = [...Object.entries(result.refreshes), ...Object.entries(result.uses)]
  .filter(([answer]) => /^\d+$/.test(answer) && !['200', '503'].includes(answer))
  .reduce((sum, [, count]) => sum + count, 0);
console.log(`errors but 503: ${errors}`);
process.exitCode = result.signedOut + result.leftBehind + result.broken.length + errors === 0 ? 0 : 1;
