/**
 * The snapshot that the application sees, from what the parts know. Pure but for the functions in it, which look at the clock when called.
 */
import type { Clock } from './clock.ts';
import type { Parking } from './parking.ts';
import type { Refresher } from './refresher.ts';
import { remainingTimes } from './remaining-times.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { ClientState } from './state.ts';
import type { SessionWatch } from './watch-session.ts';

export interface StateParts {
  readonly clock: Clock;
  readonly keeper: SessionKeeper;
  readonly parking: Parking;
  readonly refresher: Refresher;
  readonly watch: SessionWatch;
}

export function composeState({ clock, keeper, parking, refresher, watch }: StateParts): ClientState {
  const session = keeper.session();
  const waiting = parking.waiting();
  if (!session) return { status: 'signed-out', reason: keeper.left()?.reason, waiting };
  const reason = watch.ending();
  const times = () => remainingTimes(session, clock.now());
  return {
    status: 'signed-in',
    ...session.facts,
    accessTokenExpiresIn: () => times().accessTokenRemainingMs,
    connection: refresher.connection(),
    ending: reason && { reason, remainingMs: () => times().refreshTokenRemainingMs ?? 0 },
    waiting,
  };
}
