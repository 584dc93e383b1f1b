/**
 * Watches the session's deadlines and the user's activity: refreshes ahead, asks before the end, and finds out about it. Looks on
 * every signal of the page and on every request; the timer between is a convenience that nothing rests on.
 */
import { certainSince, longestSince, type Moment } from './clock.ts';
import { decideNext } from './decide-next.ts';
import type { Environment } from './environment.ts';
import type { KeptSession } from './keep-session.ts';
import type { Settings } from './options.ts';
import type { Refresher } from './refresh-session.ts';
import { lifeUntil, type Session } from './session.ts';
import type { SessionHolder } from './session-holder.ts';
import type { Ending } from './state.ts';

export interface SessionWatch {
  /** Does what is due and sets the timer. Gives whether the ending has changed since the last look. */
  readonly look: () => boolean;
  readonly noteActivity: () => void;
  /** Whether the user did something since the session was refreshed last. */
  readonly wasActive: (session: Session) => boolean;
  readonly ending: () => Ending | undefined;
  /** The user has seen it: this end is not shown again in this tab. */
  readonly dismiss: () => void;
  readonly stop: () => void;
}

export interface SessionWatchParts {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly holder: SessionHolder;
  readonly refresher: Refresher;
  readonly kept: KeptSession;
  readonly publish: () => void;
}

/** A session younger than this, in milliseconds, is left alone, whatever its times say: no answer leads to a loop. */
const settles = 1_000;

export function watchSession(parts: SessionWatchParts): SessionWatch {
  const { environment, settings, holder, refresher, kept, publish } = parts;
  const { now } = environment;
  let active: Moment | undefined;
  let ending: Ending | undefined;
  let endingOf: Session | undefined;
  let dismissed: number | undefined;
  let cancel = (): void => undefined;

  function wasActive({ received }: Session): boolean {
    return active !== undefined && active.monotonic > received.monotonic;
  }

  function look(): boolean {
    cancel();
    const session = holder.session();
    if (session === undefined) return setEnding(undefined, undefined);
    const step = decideNext(session, { ...settings, now: now(), wasActive: wasActive(session) });
    const isWanted = session.accessToken === undefined || refresher.connection() !== 'ok';
    const isDue = step.due !== 'nothing' || isWanted;
    const rest = Math.max(refresher.restFor(), settles - certainSince(session.received, now()));
    if (isDue && rest <= 0) void act(session, step.due === 'over');
    cancel = environment.setTimer(tick, isDue && rest > 0 ? rest : step.lookAfter, true);
    return setEnding(session, step.ending);
  }

  function tick(): void {
    if (look()) publish();
  }

  async function act(session: Session, isOver: boolean): Promise<void> {
    const { kind } = await refresher.refresh({ patient: false });
    const life = lifeUntil(session, session.refreshTokenExpiresAt) ?? Number.POSITIVE_INFINITY;
    // Nobody can be asked, but no clock says otherwise: what is on the page is not for whoever comes by next.
    if (!isOver || kind !== 'unavailable' || holder.session() !== session) return;
    if (certainSince(session.received, now()) <= life) return;
    void kept.leave(session.sessionId, 'timed_out');
    publish();
  }

  function setEnding(session: Session | undefined, reason: Ending['reason'] | undefined): boolean {
    const shown = session?.refreshTokenExpiresAt === dismissed ? undefined : reason;
    if (shown === ending?.reason && (shown === undefined || session === endingOf)) return false;
    endingOf = session;
    ending = session && shown && endingFrom(session, shown);
    return true;
  }

  function endingFrom(session: Session, reason: Ending['reason']): Ending {
    const life = lifeUntil(session, session.refreshTokenExpiresAt) ?? 0;
    return {
      reason,
      canContinue: reason === 'inactivity',
      remainingMs: () => Math.max(0, life - longestSince(session.received, now())),
    };
  }

  return {
    look,
    noteActivity() {
      active = now();
    },
    wasActive,
    ending: () => ending,
    dismiss() {
      dismissed = holder.session()?.refreshTokenExpiresAt;
      tick();
    },
    stop: () => cancel(),
  };
}
