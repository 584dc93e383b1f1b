/**
 * Watches the session's deadlines and the user's activity: refreshes ahead, asks before the end, and finds out about it. Looks on
 * every signal of the page and on every request; the timer between is a convenience that nothing rests on.
 */
import type { Context } from './context.ts';
import { decideNext } from './decide-next.ts';
import { settles } from './limits.ts';
import type { Refresher } from './refresher.ts';
import { never, type Session } from './session.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Ending } from './state.ts';

export interface SessionWatch {
  /** Does what is due and sets the timer. Gives why the session is about to end, while the user is to be asked. */
  readonly look: () => Ending['reason'] | undefined;
  /** Looks, and tells if the ending has changed. */
  readonly tick: () => void;
  readonly noteActivity: () => void;
  /** Whether the user did something since the session was refreshed last. */
  readonly wasActive: (session: Session) => boolean;
  /** The user has seen it: this end is not shown again in this tab. */
  readonly dismiss: () => void;
  readonly close: () => void;
}

/** @param publish Called when something has changed that the caller did not ask for. */
export function watchSession(
  context: Context,
  keeper: SessionKeeper,
  refresher: Refresher,
  publish: () => void,
): SessionWatch {
  let activeAt = -never;
  let shown: Ending['reason'] | undefined;
  let dismissed: number | undefined;
  let cancel = (): void => undefined;

  function wasActive(session: Session): boolean {
    return activeAt > session.receivedAt;
  }

  function look(): Ending['reason'] | undefined {
    shown = undefined;
    cancel();
    const session = keeper.session();
    if (!session) return undefined;
    const { isAhead, isOver, ending, lookAfter } = decideNext(session, context, context.now(), wasActive(session));
    if (session.facts.refreshTokenExpiresAt !== dismissed) shown = ending;
    const isDue = isAhead || isOver || !session.accessToken || refresher.connection() !== 'ok';
    const rest = Math.max(refresher.retryAfter(), session.receivedAt + settles - context.now());
    if (isDue && rest <= 0) void act(session, isOver);
    // Where there is no page, requests make it look, and no timer keeps the process alive.
    if (context.watchPage) cancel = context.setTimer(tick, Math.ceil(isDue ? settles : lookAfter));
    return shown;
  }

  function tick(): void {
    const before = shown;
    if (look() !== before) publish();
  }

  async function act(session: Session, isOver: boolean): Promise<void> {
    await refresher.once();
    // Nobody can be asked, but the count is certain: what is on the page is not for whoever comes by next.
    const isCertain = session === keeper.session() && session.unseen === context.unseen();
    if (isOver && isCertain) {
      void keeper.leave('timed_out');
      publish();
    }
  }

  return {
    look,
    tick,
    noteActivity() {
      activeAt = context.now();
      tick();
    },
    wasActive,
    dismiss() {
      dismissed = keeper.session()?.facts.refreshTokenExpiresAt;
      tick();
    },
    close: () => cancel(),
  };
}
