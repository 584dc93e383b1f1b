/**
 * `npm run stateless:million [-- REFRESHES]`: a million refreshes of stateless sessions unless told otherwise, through the
 * server's handler without sockets, and the store's file before and after.
 */
import { runStateless } from './run-stateless.ts';

const [refreshes = 1_000_000] = process.argv.slice(2).map(Number);
const { before, after, seconds, sessions } = await runStateless(refreshes, (left) => {
  console.log(`${left.toLocaleString('en')} refreshes left`);
});
console.log(`${refreshes.toLocaleString('en')} refreshes of ${sessions} sessions in ${seconds.toFixed(1)} s`);
console.log('the store before:', before);
console.log('the store after: ', after);
const isUnchanged = JSON.stringify(before) === JSON.stringify(after);
console.log(isUnchanged ? 'unchanged, byte for byte' : 'CHANGED');
process.exitCode = isUnchanged ? 0 : 1;
