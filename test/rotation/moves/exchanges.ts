/** The list of what is under way: replacing one exchange, and forgetting those that nothing can come of any more. */
import type { Exchange, WorldState } from '../world/world.ts';

/** `state` with `exchange` in place of the one at `index`. */
export function withExchange(state: WorldState, index: number, exchange: Exchange): WorldState {
  const exchanges = isOver(exchange) ? state.exchanges.toSpliced(index, 1) : state.exchanges.with(index, exchange);
  return { ...state, exchanges };
}

/** An exchange whose tab waits no more: whatever answers were on their way go nowhere. */
export function abandoned(exchange: Exchange): Exchange {
  return { ...exchange, waiting: false, answers: [] };
}

function isOver({ waiting, arrivals, pending }: Exchange): boolean {
  return !waiting && arrivals === 0 && pending === null;
}
