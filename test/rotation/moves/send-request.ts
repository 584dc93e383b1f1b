/** An idle tab reads the token it would use and sends it. */
import type { Exchange, WorldState } from '../world/world.ts';
import type { Move, Moves } from './move.ts';
import { mayAct, withTurn } from './turns.ts';

export const sendRequest: Moves = (setting, state) => {
  const { bounds } = setting;
  if (state.exchanges.length >= bounds.requests || !mayAct(setting, state, 'client')) return [];
  return idleTabs(bounds.tabs, state).flatMap((tab): Move[] => {
    const token = state.storages[bounds.storage === 'shared' ? 0 : tab];
    if (!token) return [];
    const sent: Exchange = {
      tab,
      token,
      sentAt: state.time,
      waiting: true,
      arrivals: bounds.arrivals,
      answers: [],
      pending: null,
    };
    const next = withTurn(setting, { ...state, exchanges: [...state.exchanges, sent] }, 'client');
    return [{ event: { kind: 'send', tab, token }, next }];
  });
};

function idleTabs(tabs: number, { exchanges }: WorldState): number[] {
  const all = Array.from({ length: tabs }, (_, tab) => tab);
  return all.filter((tab) => !exchanges.some((exchange) => exchange.waiting && exchange.tab === tab));
}
