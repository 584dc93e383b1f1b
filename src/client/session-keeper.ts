/**
 * Which session this browser is in: in this tab, in the record and in the other tabs, kept in step. Every way into a session and out of
 * it is here, with the guard before it: a late answer never overwrites a newer session, and nothing revives one that was left.
 */
import type { Context } from './context.ts';
import { createRecordStore, type SessionRecord } from './record.ts';
import {
  accessTokenRemaining,
  type EndedSession,
  type EndReason,
  type Known,
  resumeSession,
  type Session,
  type SessionFacts,
} from './session.ts';
import { createSiblings, type Siblings } from './siblings.ts';

export interface SessionKeeper extends Pick<Siblings, 'open' | 'ask' | 'close'> {
  /** The session that this tab is in, or was in last; it tells whose the browser is. */
  readonly known: () => Known | undefined;
  /** The session that this tab is in. */
  readonly session: () => Session | undefined;
  /** Aborts when the tab leaves the session that it is in now. */
  readonly signal: () => AbortSignal;
  /** Enters the session of a sign-in in this tab. */
  readonly begin: (session: Session, refreshToken: string | undefined) => Promise<void>;
  /**
   * Takes the answer to a refresh that set out from `basis`, unless something newer came in between.
   *
   * @param sent The refresh token, with delivery in the body. @param received Its successor.
   */
  readonly renew: (
    session: Session,
    basis: Session,
    sent: string | undefined,
    received: string | undefined,
  ) => Promise<undefined>;
  /**
   * Leaves the session for good, and tells the other tabs. Done in this tab before it returns; the promise is for the record, and
   * gives it as it was.
   */
  readonly leave: (reason: EndReason) => Promise<SessionRecord | undefined>;
  /** Learns from the record what this tab slept through: the end of its session, or another that began. Gives the record. */
  readonly reconcile: () => Promise<SessionRecord | undefined>;
}

/** @param onNews Called when another tab has told something new. */
export function createSessionKeeper(context: Context, onNews: () => void): SessionKeeper {
  const records = createRecordStore(context.storage, context.name);
  const siblings = createSiblings(context, () => known, hear);
  const gone = new Set<string | undefined>();
  let known: Known | undefined;
  let leaving = new AbortController();

  function enter(next: Known, what: 'signed-in' | 'refreshed' | 'resumed' | 'adopted' | 'left'): void {
    if (next.ended || !isSame(next, known)) {
      gone.add(known?.facts.sessionId);
      leaving.abort();
      leaving = new AbortController();
    }
    if (next.ended) gone.add(next.facts.sessionId);
    known = next;
    context.note(next.ended ? 'left' : what, next.ended);
  }

  async function hear(news: Known): Promise<boolean> {
    // A session is of no use without its refresh token.
    if (context.delivery === 'body' && !isSame(news, await records.read())) return false;
    if (!isNews(news)) return false;
    enter(news, 'adopted');
    if (news.ended) void bury(news);
    onNews();
    return !!news.ended || accessTokenRemaining(news, context.now()) > 0;
  }

  /** Whether what another tab says changes anything. */
  function isNews(news: Known): boolean {
    const isOurs = isSame(news, known);
    if (news.ended) return isOurs && isLaterEnd(news);
    if (gone.has(news.facts.sessionId) || !news.accessToken) return false;
    if (!known || known.ended || (isOurs && !known.accessToken)) return true;
    return news.accessToken !== known.accessToken && news.receivedAt > known.receivedAt;
  }

  /** What ended by itself may be signed out of; nothing else comes after an end. */
  function isLaterEnd({ ended }: EndedSession): boolean {
    return !known?.ended || (ended === 'signed_out' && known.ended !== ended);
  }

  /** Puts a tombstone in the record's place. */
  async function bury({ facts, ended }: EndedSession): Promise<SessionRecord | undefined> {
    const record = await records.read();
    // The record may be of a session that began meanwhile; or another tab, which has not heard of it yet, has renewed it.
    if (record && record.facts.sessionId !== facts.sessionId) return undefined;
    if (record?.ended !== 'signed_out')
      await records.write(ended === 'signed_out' ? { facts, ended } : { ...record, facts, ended });
    return record;
  }

  async function reconcile(): Promise<SessionRecord | undefined> {
    const record = await records.read();
    if (record) catchUp(record);
    return record;
  }

  function catchUp({ facts, ended }: SessionRecord): void {
    const news: Known = ended ? { facts, ended } : resumeSession(facts as SessionFacts, context);
    // What this tab left already is news to nobody: the storage of another process may be a moment old.
    if (isSame(news, known) ? news.ended && isLaterEnd(news) : !gone.has(facts.sessionId)) enter(news, 'resumed');
  }

  return {
    ...siblings,
    known: () => known,
    session: () => (known?.ended ? undefined : known),
    signal: () => leaving.signal,
    async begin(session, refreshToken) {
      enter(session, 'signed-in');
      await records.write({ facts: session.facts, refreshToken });
      siblings.show();
    },
    async renew(session, basis, sent, received) {
      const record = await reconcile();
      if (known !== basis) return undefined;
      enter(session, 'refreshed');
      // Only in place of the token that was sent: another tab may have got a later one.
      if (!record || record.refreshToken === sent)
        await records.write({ facts: session.facts, refreshToken: received });
      siblings.show();
      return undefined;
    },
    async leave(ended) {
      if (!known) return undefined;
      const over = { facts: ended === 'signed_out' ? { sessionId: known.facts.sessionId } : known.facts, ended };
      enter(over, 'left');
      siblings.show();
      return bury(over);
    },
    reconcile,
  };
}

type Identified = Pick<EndedSession, 'facts'>;

function isSame(one: Identified, other: Identified | undefined): boolean {
  return one.facts.sessionId === other?.facts.sessionId;
}
