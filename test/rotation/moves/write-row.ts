/** Writing what the rule decided, and what the properties remember of it. */
import type { RefreshOutcome, TokenPosition } from '../../../src/session/decide-refresh.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';
import type { Setting } from '../world/setting.ts';
import { nextRow } from '../world/setting.ts';
import type { EarlierRow, Witness, WorldState } from '../world/world.ts';

/** `state` with what `outcome`, an answer to `presented`, says is to be written. */
export function writeOutcome(
  setting: Setting,
  state: WorldState,
  presented: TokenPosition,
  outcome: RefreshOutcome,
): WorldState {
  const row = nextRow(outcome);
  if (!row) return state;
  return { ...writeRow(setting, state, row), witness: witnessOf(state, presented, outcome) };
}

/** `state` with another row, and the old one among those a failover may bring back. */
export function writeRow({ bounds }: Setting, state: WorldState, row: SessionRecord): WorldState {
  const keepsEarlier = bounds.mayLose > 0 && state.failoversLeft > 0;
  const earlier: readonly EarlierRow[] = keepsEarlier
    ? [...state.earlier, { row: state.row, until: state.time }]
    : state.earlier;
  return { ...state, row, earlier };
}

function witnessOf(
  { witness, time }: WorldState,
  { generation, branch }: TokenPosition,
  { kind }: RefreshOutcome,
): Witness {
  if (kind === 'replayed') return witness;
  if (kind === 'rotate') return { ...witness, changedAt: time, used: { generation, branch } };
  return { ...witness, changedAt: time, used: kind === 'ahead' ? null : witness.used };
}
