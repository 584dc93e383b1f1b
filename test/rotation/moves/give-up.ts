/** A tab stops waiting: a timeout, a closed page, a lost connection. Its request may still be on its way, or get lost. */
import { abandoned, withExchange } from './exchanges.ts';
import type { Move, Moves } from './move.ts';

export const giveUp: Moves = (_setting, state) =>
  state.exchanges.flatMap((exchange, index): Move[] => {
    const { tab, token, waiting, pending } = exchange;
    if (pending) return [];
    if (waiting) {
      return [{ event: { kind: 'give_up', tab, token }, next: withExchange(state, index, abandoned(exchange)) }];
    }
    const lost = withExchange(state, index, { ...exchange, arrivals: 0 });
    return [{ event: { kind: 'lose_request', tab, token }, next: lost }];
  });
