/**
 * Watches the session's deadlines and the user's activity: refreshes ahead, asks before the end, and finds out about it. Looks on
 * every signal of the page and on every request; the timer between is a convenience that nothing rests on.
 */
import { decideNext } from './decide-next.ts';
import type { Environment } from './environment.ts';
import type { Settings } from './options.ts';
import type { Refresher } from './refresher.ts';
import type { Session } from './session.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Ending } from './state.ts';

export interface SessionWatch {
  /** Does what is due and sets the timer. Gives whether the ending has changed since the last look. */
  readonly look: () => boolean;
  readonly noteActivity: () => void;
  /** Whether the user did something since the session was refreshed last. */
  readonly wasActive: (session: Session) => boolean;
  /** Why the session is about to end, while the user is to be asked. */
  readonly ending: () => Ending['reason'] | undefined;
  /** The user has seen it: this end is not shown again in this tab. */
  readonly dismiss: () => void;
  readonly stop: () => void;
}

export interface SessionWatchParts {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly keeper: SessionKeeper;
  readonly refresher: Refresher;
  /** Leaves the session because it has timed out, and tells everybody. */
  readonly timeOut: (sessionId: string) => void;
  readonly publish: () => void;
}

/** A session younger than this, in milliseconds, is left alone, whatever its times say: no answer leads to a loop. */
const settles = 1_000;

export function watchSession(parts: SessionWatchParts): SessionWatch {
  const { environment, settings, keeper, refresher, timeOut, publish } = parts;
  const { clock, setTimer, watchPage } = environment;
  let activeAt = Number.NEGATIVE_INFINITY;
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
    const now = clock.now();
    const { due, ending, lookAfter } = decideNext(session, settings, now, wasActive(session));
    if (session.facts.refreshTokenExpiresAt !== dismissed) shown = ending;
    const isDue = due !== 'nothing' || !session.accessToken || refresher.connection() !== 'ok';
    const rest = Math.max(refresher.restFor(), session.receivedAt + settles - now);
    if (isDue && rest <= 0) void act(session, due === 'over');
    // Where there is no page, requests make it look, and no timer keeps the process alive.
    if (watchPage) cancel = setTimer(tick, Math.ceil(isDue && rest > 0 ? Math.min(rest, lookAfter) : lookAfter));
  }

  function tick(): void {
    if (look()) publish();
  }

  async function act(session: Session, isOver: boolean): Promise<void> {
    const { kind } = await refresher.refresh(false);
    // Nobody can be asked, but the count is certain: what is on the page is not for whoever comes by next.
    const isCertain = session === keeper.session() && session.unseen === clock.unseen();
    if (isOver && kind === 'unavailable' && isCertain) timeOut(session.facts.sessionId);
  }

  return {
    look,
    noteActivity() {
      activeAt = clock.now();
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
