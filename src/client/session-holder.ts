/**
 * Which session this tab is in, and the guard before it: a late answer never overwrites a newer session, and nothing revives one
 * that was left. It tells nobody; whoever changes it publishes.
 */
import type { Session } from './session.ts';
import type { EndReason } from './state.ts';

/** The session that was left last: whose the requests are that wait for its user. */
export interface Left {
  readonly sessionId: string;
  /** Unknown after a sign-out: nobody's requests wait then. */
  readonly subject: string | undefined;
  readonly reason: EndReason;
}

export interface SessionHolder {
  readonly session: () => Session | undefined;
  readonly left: () => Left | undefined;
  /** Whether this tab was in that session and is no more. */
  readonly isGone: (sessionId: string) => boolean;
  /** Enters a session that begins: a sign-in of this tab, or what the record says. */
  readonly enter: (session: Session) => void;
  /** Takes the answer to a refresh that set out from `basis`, if that is still where things stand. */
  readonly renew: (session: Session, basis: Session) => boolean;
  /** Takes what another tab holds, if that is news. */
  readonly adopt: (session: Session) => boolean;
  /** Leaves the session, if this tab is in it, or was and the user now signs out; either way, nothing brings it back. */
  readonly leave: (left: Left) => boolean;
}

export function createSessionHolder(): SessionHolder {
  let current: Session | undefined;
  let lastLeft: Left | undefined;
  const gone = new Set<string>();

  function enter(session: Session): void {
    if (current && current.sessionId !== session.sessionId) gone.add(current.sessionId);
    current = session;
  }

  function isNews(session: Session): boolean {
    if (gone.has(session.sessionId)) return false;
    if (current?.accessToken === undefined) return true;
    return session.accessToken !== current.accessToken && session.received.monotonic > current.received.monotonic;
  }

  return {
    session: () => current,
    left: () => lastLeft,
    isGone: (sessionId) => gone.has(sessionId),
    enter,
    renew(session, basis) {
      const inSame = current?.sessionId === session.sessionId && basis.sessionId === session.sessionId;
      if (!current || !inSame || (current !== basis && !isLater(session, current))) return false;
      current = session;
      return true;
    },
    adopt(session) {
      if (!isNews(session)) return false;
      enter(session);
      return true;
    },
    leave(left) {
      gone.add(left.sessionId);
      const isElsewhere = current ? current.sessionId !== left.sessionId : lastLeft && left.reason !== 'signed_out';
      if (isElsewhere) return false;
      current = undefined;
      lastLeft = left;
      return true;
    },
  };
}

function isLater(one: Session, other: Session): boolean {
  return (one.decidedAt ?? 0) > (other.decidedAt ?? 0);
}
