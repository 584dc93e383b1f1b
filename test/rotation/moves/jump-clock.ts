/** The store's clock jumps, forward or back. Nobody's idea of how long an exchange takes jumps with it. */
import type { Moves } from './move.ts';

export const jumpClock: Moves = ({ bounds }, state) => {
  if (state.jumpsLeft === 0) return [];
  return bounds.clockJumps.map((units) => ({
    event: { kind: 'clock_jump', units },
    next: { ...state, clockOffset: state.clockOffset + units, jumpsLeft: state.jumpsLeft - 1 },
  }));
};
