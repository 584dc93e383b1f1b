/**
 * Which session this browser is in: in this tab, in the record and in the other tabs, kept in step. Every way into a session and out of
 * it is here, with the guard before it: a late answer never overwrites a newer session, and nothing revives one that was
 * left. It tells no listener.
 */
import type { Clock } from './clock.ts';
import type { History } from './history.ts';
import type { RecordStore, SessionRecord } from './record.ts';
import { resumeSession, type Session } from './session.ts';
import type { Siblings } from './siblings.ts';
import type { EndReason } from './state.ts';

/** The session that this tab left last. */
export interface Left {
  readonly sessionId: string;
  /** Whose requests wait. Unknown after a sign-out: then nobody's do. */
  readonly subject: string | undefined;
  readonly reason: EndReason;
}

/** Both absent where nobody was ever signed in; `subject` after a sign-out too. */
export interface Owner {
  readonly sessionId?: string;
  readonly subject?: string | undefined;
}

export interface SessionKeeper {
  readonly session: () => Session | undefined;
  readonly left: () => Left | undefined;
  /** Whose the browser is: whoever is signed in, or was until the session ended by itself. */
  readonly owner: () => Owner;
  /** Enters the session of a sign-in in this tab. */
  readonly begin: (session: Session, refreshToken: string | undefined) => Promise<void>;
  /** Takes the answer to a refresh that set out from `basis` with the refresh token `sent`, unless something newer came in between. */
  readonly renew: (session: Session, basis: Session, tokens: RefreshTokens) => Promise<void>;
  /** Takes what another tab holds. Gives whether it was news. */
  readonly adopt: (session: Session) => boolean;
  /**
   * Leaves a session for good. Done in this tab before it returns; the promise is for the record, and gives it as it was.
   */
  readonly leave: (sessionId: string, reason: EndReason) => Promise<SessionRecord | undefined>;
  /** Learns from the record what this tab slept through: the end of its session, or another that began. Gives the record. */
  readonly reconcile: () => Promise<SessionRecord | undefined>;
}

/** With delivery in the body; both absent with cookies. */
export interface RefreshTokens {
  readonly sent: string | undefined;
  readonly received: string | undefined;
}

export interface SessionKeeperParts {
  readonly clock: Clock;
  readonly records: RecordStore;
  readonly siblings: Pick<Siblings, 'show'>;
  readonly history: History;
}

export function createSessionKeeper({ clock, records, siblings, history }: SessionKeeperParts): SessionKeeper {
  let current: Session | undefined;
  let left: Left | undefined;
  const gone = new Set<string>();

  function enter(session: Session): void {
    if (current && !isSame(current, session)) gone.add(current.facts.sessionId);
    current = session;
  }

  function drop(sessionId: string, reason: EndReason, subject = current?.facts.subject): void {
    gone.add(sessionId);
    // Another session than this tab's; or it ended already, and only that somebody now signs out is news.
    if (current ? current.facts.sessionId !== sessionId : left && reason !== 'signed_out') return;
    current = undefined;
    left = { sessionId, reason, subject: reason === 'signed_out' ? undefined : subject };
    history.note('left', reason);
  }

  function catchUp({ facts, ended }: SessionRecord): void {
    const { sessionId, subject } = facts;
    // What this tab left already is news to nobody: the storage of another process may be a moment old.
    if (gone.has(sessionId)) return;
    if (ended) {
      gone.add(sessionId);
      // Where it is another one, the tab's own session was replaced by it.
      drop(current?.facts.sessionId ?? sessionId, ended, subject);
    } else if (current?.facts.sessionId !== sessionId && isWhole(facts)) {
      enter(resumeSession(facts, clock));
      history.note('resumed');
    }
  }

  return {
    session: () => current,
    left: () => left,
    owner: () => current?.facts ?? left ?? {},
    async begin(session, refreshToken) {
      enter(session);
      history.note('signed-in');
      await records.write({ facts: session.facts, refreshToken });
      siblings.show(session);
    },
    async renew(session, basis, { sent, received }) {
      const record = await records.read();
      if (current !== basis) return;
      // Only in place of the token that was sent: another tab may have got a later one, or left the session.
      const { facts } = session;
      const isOurs = record?.facts.sessionId === facts.sessionId && record.refreshToken === sent && !record.ended;
      if (!record || isOurs) await records.write({ facts, refreshToken: received });
      if (current !== basis) return;
      current = session;
      history.note('refreshed');
      siblings.show(session);
    },
    adopt(session) {
      const isNews =
        !current?.accessToken ||
        (session.accessToken !== current.accessToken && session.receivedAt > current.receivedAt);
      if (!isNews || gone.has(session.facts.sessionId)) return false;
      enter(session);
      history.note('adopted');
      return true;
    },
    async leave(sessionId, reason) {
      const facts = current?.facts;
      drop(sessionId, reason);
      const record = await records.read();
      // The record may be of a session that began meanwhile; or another tab, which has not heard of it yet, has renewed it.
      if (record && record.facts.sessionId !== sessionId) return undefined;
      const kept = reason === 'signed_out' ? undefined : (record ?? (facts && { facts }));
      if (!record?.ended || !kept) await records.write({ facts: { sessionId }, ...kept, ended: reason });
      return record;
    },
    async reconcile() {
      const record = await records.read();
      if (record) catchUp(record);
      return record;
    },
  };
}

function isSame(one: Session, other: Session): boolean {
  return one.facts.sessionId === other.facts.sessionId;
}

/** Whether the record is of a session, and not what is left of one. */
function isWhole(facts: SessionRecord['facts']): facts is Session['facts'] {
  return facts.subject !== undefined;
}
