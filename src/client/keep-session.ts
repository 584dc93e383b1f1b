/**
 * Holder, record and siblings kept in step: every way into a session and out of it. Tells no listener.
 */
import type { Environment } from './environment.ts';
import type { History } from './history.ts';
import { type RecordStore, recordOf, type SessionRecord, tombstoneOf } from './record.ts';
import type { Session } from './session.ts';
import type { SessionHolder } from './session-holder.ts';
import type { Siblings } from './siblings.ts';
import type { EndReason } from './state.ts';

export interface KeptSession {
  /** Enters the session of a sign-in in this tab. */
  readonly begin: (session: Session, refreshToken: string | undefined) => Promise<void>;
  /** Takes the answer to a refresh that set out from `basis` with `sent`; not where something newer came in between. */
  readonly renew: (session: Session, basis: Session, tokens: RefreshTokens) => Promise<boolean>;
  /**
   * Leaves a session for good. Done in this tab and told to the others before it returns; the promise is for the record, and
   * gives it as it was.
   */
  readonly leave: (sessionId: string, reason: EndReason) => Promise<SessionRecord | undefined>;
  /** Learns from the record what this tab slept through: the end of its session, or another that began. */
  readonly reconcile: () => Promise<SessionRecord | undefined>;
}

/** With delivery in the body; both absent with cookies. */
export interface RefreshTokens {
  readonly sent: string | undefined;
  readonly received: string | undefined;
}

export interface KeepSessionParts {
  readonly environment: Pick<Environment, 'now'>;
  readonly holder: SessionHolder;
  readonly records: RecordStore;
  readonly siblings: Pick<Siblings, 'show' | 'tellLeft'>;
  readonly history: History;
}

export function keepSession({ environment, holder, records, siblings, history }: KeepSessionParts): KeptSession {
  async function leave(sessionId: string, reason: EndReason): Promise<SessionRecord | undefined> {
    const session = holder.session();
    const subject = reason === 'signed_out' ? undefined : session?.subject;
    const wasIn = holder.leave({ sessionId, subject, reason });
    if (wasIn) history.note('left', reason);
    siblings.tellLeft(sessionId, reason);
    const record = await records.read();
    // The record may be of a session that began meanwhile.
    if (record && record.sessionId !== sessionId) return undefined;
    const kept = record ?? (session && recordOf(session, undefined)) ?? { sessionId };
    if (kept.ended === undefined || reason === 'signed_out') await records.write(tombstoneOf(kept, reason));
    return record;
  }

  function follow(record: SessionRecord): void {
    const { sessionId, ended, subject } = record;
    const session = holder.session();
    // What this tab left already is news to nobody: the storage of another process may be a moment old.
    if (holder.isGone(sessionId) || (sessionId === session?.sessionId && !ended)) return;
    if (ended === undefined) {
      holder.enter(sessionOf(record, environment.now()));
      history.note('resumed');
    } else if (holder.leave({ sessionId: session?.sessionId ?? sessionId, subject, reason: ended })) {
      history.note('left', ended);
    }
  }

  return {
    async begin(session, refreshToken) {
      holder.enter(session);
      history.note('signed-in');
      await records.write(recordOf(session, refreshToken));
      siblings.show(session);
    },
    async renew(session, basis, { sent, received }) {
      const record = await records.read();
      // Only in place of the token that was sent: another tab may have got a later one.
      const isOwn =
        !record || (record.sessionId === session.sessionId && !record.ended && record.refreshToken === sent);
      if (holder.session()?.sessionId !== session.sessionId) return false;
      if (isOwn) await records.write(recordOf(session, received));
      if (!holder.renew(session, basis)) return false;
      history.note('refreshed');
      siblings.show(session);
      return true;
    },
    leave,
    async reconcile() {
      const record = await records.read();
      if (record) follow(record);
      return record;
    },
  };
}

/** A session as an earlier page load left it: everything but an access token and the ends by this page's clock. */
function sessionOf(record: SessionRecord, received: Session['received']): Session {
  const { sessionId, subject = '', deviceId = '', scope, refreshTokenExpiresAt = 0, sessionEndsAt = 0 } = record;
  return {
    sessionId,
    subject,
    deviceId,
    ...(scope !== undefined && { scope }),
    received,
    decidedAt: undefined,
    accessTokenLife: 0,
    refreshAfter: 0,
    refreshTokenExpiresAt,
    sessionEndsAt,
  };
}
