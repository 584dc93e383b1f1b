/**
 * The snapshot that the application sees, from what the parts know. Pure but for the functions in it, which look at the clock when called.
 */
import type { Context } from './context.ts';
import type { Refresher } from './refresher.ts';
import { remainingTimes } from './remaining-times.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { ClientState, Ending, WaitingRequest } from './state.ts';

export function composeState(
  context: Context,
  keeper: SessionKeeper,
  waiting: readonly WaitingRequest[],
  refresher: Refresher,
  reason: Ending['reason'] | undefined,
): ClientState {
  const session = keeper.session();
  return session
    ? {
        status: 'signed-in',
        ...session.facts,
        connection: refresher.connection(),
        ending: reason && {
          reason,
          remainingMs: () => remainingTimes(session, context.now()).refreshTokenRemainingMs ?? 0,
        },
        waiting,
      }
    : { status: 'signed-out', reason: keeper.known()?.ended, waiting };
}
