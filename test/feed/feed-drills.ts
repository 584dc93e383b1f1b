/**
 * The drills on feed and keys at length, with what came of them. Ends with 1 where something is not as it should be.
 *
 *     npm run drills:feed
 */
import { catchUp } from './catch-up.ts';
import { type CutFeedResult, cutFeed } from './cut-feed.ts';
import { muteFeed } from './mute-feed.ts';
import { rollUnderLoad } from './roll-under-load.ts';

const maxStaleness = 10;

function report(isGood: boolean, line: string): void {
  console.log(`${isGood ? 'good' : 'BAD '}  ${line}`);
  if (!isGood) process.exitCode = 1;
}

/** The moment from which verdicts are others, as the age of the feed at the time. */
function firstChange({ whileCut }: CutFeedResult): number | undefined {
  const [first] = whileCut;
  return whileCut.find(({ living, ended }) => living !== first?.living || ended !== first?.ended)?.feedAgeSeconds;
}

console.log(`The feed is cut for ${maxStaleness + 5} s; it is believed for ${maxStaleness} s.`);
for (const result of await cutFeed(maxStaleness, maxStaleness + 5)) {
  const changedAt = firstChange(result);
  const last = result.whileCut.at(-1);
  const isOnTime =
    result.onStale === 'accept'
      ? changedAt === undefined
      : changedAt !== undefined && Math.abs(changedAt - maxStaleness) <= 1;
  const when = changedAt === undefined ? 'never changes' : `changes when the feed is ${changedAt.toFixed(2)} s old`;
  const what = `a live session is "${last?.living}", one ended behind the cut is "${last?.ended}"`;
  report(
    isOnTime,
    `${result.onStale.padEnd(10)} ${when}; then ${what}; right again ${result.recoverySeconds.toFixed(2)} s after`,
  );
}

console.log('\nA proxy lets only comments of the feed through; a session ends behind it.');
const muted = await muteFeed(maxStaleness);
report(
  muted.verdicts.join() === 'ok,401 revoked' && muted.seconds < maxStaleness,
  `${muted.verdicts.join(', then ')}, after ${muted.seconds.toFixed(2)} s`,
);

console.log('\nThe line breaks, 100,000 sessions end, the line is laid again.');
const caughtUp = await catchUp(100_000);
const isCaughtUp = caughtUp.isInOrder && caughtUp.snapshots === 0 && caughtUp.entries === 100_000;
report(
  isCaughtUp,
  `${caughtUp.entries} entries${caughtUp.isInOrder ? ' in order' : ''}, ${caughtUp.snapshots} new snapshots`,
);
report(caughtUp.seconds <= 1, `caught up ${caughtUp.seconds.toFixed(2)} s after asking (at most 1)`);

console.log('\nThe signing key rolls over while 8 clients refresh and 50 verifiers check; 36 minutes in 18 s.');
const rolled = await rollUnderLoad({ verifiers: 50, clients: 8, speed: 120 });
report(rolled.kids.at(-1) === rolled.nextKid, `${rolled.checks} checks of tokens by ${rolled.kids.length} keys`);
report(rolled.refusals.length === 0, `${rolled.refusals.length} refused`);
const isCalm = rolled.mostInACooldown === 1 && rolled.keySetFetches <= rolled.expectedFetches;
const perVerifier = `never more than ${rolled.mostInACooldown} of one verifier within its cool-down`;
report(
  isCalm,
  `${rolled.keySetFetches} fetches of the key set (${rolled.expectedFetches} by age alone), ${perVerifier}`,
);
