/** The user signs out, or somebody removes the device. Both write the row that refreshes write, and are acknowledged. */
import { storeClock } from '../world/setting.ts';
import type { Moves } from './move.ts';
import { writeRow } from './write-row.ts';

export const endSession: Moves = (setting, state) => {
  if (!setting.bounds.canEnd) return [];
  const written = writeRow(setting, state, { ...state.row, revokedAt: storeClock(state) });
  const next = { ...written, witness: { ...state.witness, endAcknowledged: true } };
  return [{ event: { kind: 'end_session' }, next }];
};
