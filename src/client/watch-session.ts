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
  /** Does what is due and sets the timer. Gives whether the ending has changed since the last look. */
  readonly look: () => boolean;
  /** Looks, and tells if the ending has changed. */
  readonly tick: () => void;
  readonly noteActivity: () => void;
  /** Whether the user did something since the session was refreshed last. */
  readonly wasActive: (session: Session) => boolean;
  /** Why the session is about to end, while the user is to be asked. */
  readonly ending: () => Ending['reason'] | undefined;
  /** The user has seen it: this end is not shown again in this tab. */
  readonly dismiss: () => void;
  readonly stop: () => void;
}

/** @param publish Called when something has changed that the caller did not ask for. */
export function watchSession(
  context: Context,
  keeper: SessionKeeper,
  refresher: Refresher,
  publish: () => void,
): SessionWatch {
  const { now } = context;
  let activeAt = -never;
  let shown: Ending['reason'] | undefined;
  let dismissed: number | undefined;
  let cancel = (): void => undefined;

  function wasActive({ receivedAt }: Session): boolean {
    return activeAt > receivedAt;
  }

  function look(): boolean {
    const before = shown;
    shown = undefined;
    cancel();
    const session = keeper.session();
    if (session) lookAt(session);
    return shown !== before;
  }

  function lookAt(session: Session): void {
    const { isAhead, isOver, ending, lookAfter } = decideNext(session, context, now(), wasActive(session));
    if (session.facts.refreshTokenExpiresAt !== dismissed) shown = ending;
    const isDue = isAhead || isOver || !session.accessToken || refresher.connection() !== 'ok';
    const rest = Math.max(refresher.restFor(), session.receivedAt + settles - now());
    if (isDue && rest <= 0) void act(session, isOver);
    // Where there is no page, requests make it look, and no timer keeps the process alive.
    if (context.watchPage) cancel = context.setTimer(tick, Math.ceil(isDue ? settles : lookAfter));
  }

  function tick(): void {
    if (look()) publish();
  }

  async function act(session: Session, isOver: boolean): Promise<void> {
    const { kind } = await refresher.refresh(false);
    // Nobody can be asked, but the count is certain: what is on the page is not for whoever comes by next.
    const isCertain = session === keeper.session() && session.unseen === context.unseen();
    if (isOver && kind === 'unavailable' && isCertain) {
      void keeper.leave('timed_out');
      publish();
    }
  }

  return {
    look,
    tick,
    noteActivity() {
      activeAt = now();
      tick();
    },
    wasActive,
    ending: () => shown,
    dismiss() {
      dismissed = keeper.session()?.facts.refreshTokenExpiresAt;
      tick();
    },
    stop: () => cancel(),
  };
}
