/** The thief copies one token, once: what a tab would send next, or an answer on its way. */
import type { HeldToken, WorldState, WorldToken } from '../world/world.ts';
import type { Move, Moves } from './move.ts';

export const stealToken: Moves = ({ bounds }, state) => {
  if (bounds.thief === 'none' || state.thief.length > 0) return [];
  const answers = state.exchanges.flatMap((exchange) => exchange.answers);
  return [
    ...state.storages.map((token) => steal(state, token, 'storage')),
    ...answers.map((token) => steal(state, token, 'network')),
  ];
};

function steal(state: WorldState, { generation, branch, format }: WorldToken, from: 'storage' | 'network'): Move {
  const token: HeldToken = { generation, branch, format, own: false };
  return { event: { kind: 'steal', token, from }, next: { ...state, thief: [token] } };
}
