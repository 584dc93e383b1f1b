/** Everything that can happen, and how little still does once a session has ended. */
import type { Setting } from '../world/setting.ts';
import type { WorldState } from '../world/world.ts';
import { decideRequest } from './decide-request.ts';
import { deliverAnswer } from './deliver-answer.ts';
import { endSession } from './end-session.ts';
import { failOver } from './fail-over.ts';
import { giveUp } from './give-up.ts';
import { jumpClock } from './jump-clock.ts';
import type { Move, Moves } from './move.ts';
import { passTime } from './pass-time.ts';
import { presentStolen } from './present-stolen.ts';
import { sendRequest } from './send-request.ts';
import { stealToken } from './steal-token.ts';

/** After the end, what is under way may still be decided, the thief may still try, and the store may still fail over. */
const afterTheEnd: readonly Moves[] = [decideRequest, presentStolen, failOver];

const whileLive: readonly Moves[] = [
  sendRequest,
  decideRequest,
  deliverAnswer,
  giveUp,
  passTime,
  stealToken,
  presentStolen,
  endSession,
  failOver,
  jumpClock,
];

/** Every move that is possible in `state`, within the world's bounds. */
export function allMoves(setting: Setting, state: WorldState): Move[] {
  const possible = state.row.revokedAt === null ? whileLive : afterTheEnd;
  return possible.flatMap((moves) => moves(setting, state)).filter(({ next }) => isWithin(setting, next));
}

function isWithin({ bounds }: Setting, { row }: WorldState): boolean {
  return bounds.mayLose === 0 || row.branch <= bounds.branches;
}
