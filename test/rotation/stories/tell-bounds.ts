/** What is in a world, and how much of it, on one line. */
import type { WorldBounds } from '../world/world.ts';

/** The bounds that differ from nothing at all, in words. */
export function tellBounds(bounds: WorldBounds): string {
  return [
    `${bounds.tabs} ${bounds.tabs === 1 ? 'tab' : 'tabs'}, ${bounds.storage} storage, ${bounds.delivery}`,
    `window ${bounds.window} units, exchange ${bounds.exchange}`,
    `at most ${bounds.requests} ${bounds.requests === 1 ? 'request' : 'requests'} under way, each arriving ${bounds.arrivals === 1 ? 'at most once' : `up to ${bounds.arrivals} times`}`,
    bounds.lateRequests === 'never'
      ? ''
      : `late requests ${bounds.lateRequests.replace('-', ' a ').replace('out a', 'out')}`,
    bounds.deciding === 'two-steps' ? 'reading and writing apart' : '',
    bounds.servers.length > 1 ? `servers of both modes, signed in at a ${bounds.signedInAt} one` : '',
    bounds.keyBound ? 'bound to a key' : '',
    ...tellThief(bounds),
    bounds.canEnd ? 'sign-out and removal' : '',
    bounds.failovers === 0 ? '' : `${bounds.failovers} failover losing at most ${bounds.mayLose} units of writes`,
    bounds.losesRevocations ? 'revocations among them' : '',
    bounds.failovers === 0 ? '' : `branches up to ${bounds.branches}`,
    bounds.jumps === 0 ? '' : `${bounds.jumps} clock jumps of ${bounds.clockJumps.join(', ')} units`,
    bounds.inactivityTimeout === null ? '' : `inactivity timeout ${bounds.inactivityTimeout}`,
    bounds.absoluteLifetime === null ? '' : `absolute lifetime ${bounds.absoluteLifetime}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function tellThief({ thief, thiefTokens, turnGap }: WorldBounds): readonly string[] {
  return [
    thief === 'none' ? '' : `a thief ${thief.replaceAll('-', ' ')}, keeping ${thiefTokens} tokens`,
    turnGap === null ? '' : `${turnGap} units between turns`,
  ];
}
