/**
 * The store fails over and has lost its last writes, as many as fit into what it may lose. What is left has arrived at the
 * next machine for good: another failover does not reach behind this one. Revocations are not lost, unless the world says so.
 */
import type { WorldState } from '../world/world.ts';
import type { Move, Moves } from './move.ts';

export const failOver: Moves = ({ bounds }, state) => {
  if (state.failoversLeft === 0) return [];
  return state.earlier.map(({ row }, index): Move => {
    const revokedAt = bounds.losesRevocations ? row.revokedAt : state.row.revokedAt;
    const next: WorldState = {
      ...state,
      row: { ...row, revokedAt },
      earlier: [],
      failoversLeft: state.failoversLeft - 1,
    };
    const { generation, branch } = row;
    return { event: { kind: 'failover', lost: state.earlier.length - index, generation, branch }, next };
  });
};
