/**
 * Time passes by one unit. An exchange lasts so long at most: what waits longer gives up, and unless the world has
 * late requests, what has not been decided by then never is.
 */
import type { Exchange, WorldBounds, WorldState } from '../world/world.ts';
import { abandoned } from './exchanges.ts';
import type { Moves } from './move.ts';

export const passTime: Moves = ({ bounds }, state) => {
  const time = state.time + 1;
  const next: WorldState = {
    ...state,
    time,
    exchanges: state.exchanges.flatMap((exchange) => later(bounds, exchange, time)),
    earlier: state.earlier.filter(({ until }) => time - until <= bounds.mayLose),
  };
  return [{ event: { kind: 'tick' }, next }];
};

function later({ exchange: longest, lateRequests }: WorldBounds, exchange: Exchange, time: number): Exchange[] {
  if (time - exchange.sentAt <= longest) return [exchange];
  return lateRequests === 'never' || exchange.arrivals === 0 ? [] : [abandoned(exchange)];
}
