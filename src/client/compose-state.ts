/**
 * The snapshot that the application sees, from what the parts know. Pure but for the functions in it, which look at the clock when called.
 */
import type { Context } from './context.ts';
import type { Parking } from './parking.ts';
import type { Refresher } from './refresher.ts';
import { remainingTimes } from './remaining-times.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { ClientState } from './state.ts';
import type { SessionWatch } from './watch-session.ts';

export function composeState(
  { now }: Context,
  keeper: SessionKeeper,
  parking: Parking,
  refresher: Refresher,
  watch: SessionWatch,
): ClientState {
  const session = keeper.session();
  const waiting = parking.waiting(!!session);
  if (!session) return { status: 'signed-out', reason: keeper.known()?.ended, waiting };
  const reason = watch.ending();
  const times = () => remainingTimes(session, now());
  return {
    status: 'signed-in',
    ...session.facts,
    accessTokenExpiresIn: () => times().accessTokenRemainingMs,
    connection: refresher.connection(),
    ending: reason && { reason, remainingMs: () => times().refreshTokenRemainingMs ?? 0 },
    waiting,
  };
}
