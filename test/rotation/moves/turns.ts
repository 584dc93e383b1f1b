/**
 * Whose turn it is, where the world is played in turns: another party may act only when the last one's exchanges are over
 * and some time has passed since.
 */
import type { Setting } from '../world/setting.ts';
import type { Party, WorldState } from '../world/world.ts';

/** Whether `party` may act now. */
export function mayAct({ bounds }: Setting, state: WorldState, party: Party): boolean {
  const { lastTurn, time, exchanges } = state;
  if (bounds.turnGap === null || lastTurn === null || lastTurn.party === party) return true;
  return exchanges.length === 0 && time - lastTurn.at >= bounds.turnGap;
}

/** `state` after `party` has acted. */
export function withTurn({ bounds }: Setting, state: WorldState, party: Party): WorldState {
  return bounds.turnGap !== null ? { ...state, lastTurn: { party, at: state.time } } : state;
}
