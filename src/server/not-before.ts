/**
 * "No session begun before": the moment that was said of everybody, as after a backup was restored. Every session id says
 * when its session began, so one number ends any number of sessions, and none of their rows is written.
 */
import { parseSessionStart } from '../protocol/session-id.ts';
import type { SessionRecord } from '../session/session-record.ts';
import type { SessionUpdate, Store, SubjectState, SubjectUpdate } from '../stores/store.ts';

/** What this server knows of it. Another server may raise it, so it is looked at from time to time. */
export interface NotBefore {
  /** 0 where it was never said. */
  current(): number;
  /** Whether the session `sid` began too early. */
  excludes(sid: string): boolean;
  refresh(): Promise<void>;
  /** Raises it past the start of every session that there is; gives what it is then. */
  raise(): Promise<number>;
}

/**
 * How far beyond the store's clock, in milliseconds. A session that begins after the end of all others of its user, in the very
 * millisecond of that, begins a moment ahead of the clock.
 */
const margin = 10;

export function createNotBefore(store: Store): NotBefore {
  let known = 0;
  // A read that was under way while it was raised may arrive last, and what has ended would live again.
  const learn = (told: number): number => {
    known = Math.max(known, told);
    return known;
  };
  return {
    current: () => known,
    // Where it was never said, no id is looked into.
    excludes: (sid) => known > 0 && (parseSessionStart(sid) ?? 0) < known,
    refresh: async () => {
      learn(await store.notBefore());
    },
    raise: async () => learn(await store.raiseNotBefore(margin)),
  };
}

/** `store`, where a session that began too early is read as one that was revoked. */
export function withNotBefore(store: Store, { current, excludes }: NotBefore): Store {
  const asRevoked = (session: SessionRecord): SessionRecord =>
    excludes(session.sid) ? { ...session, revokedAt: session.revokedAt ?? current() } : session;
  const asRead = (state: SubjectState): SubjectState =>
    state.sessions.some(({ sid }) => excludes(sid)) ? { ...state, sessions: state.sessions.map(asRevoked) } : state;
  const ofSession = <Result>(update: SessionUpdate<Result>): SessionUpdate<Result> =>
    excludes(update.sid)
      ? { sid: update.sid, decide: (session, now) => update.decide(session && asRevoked(session), now) }
      : update;
  const ofSubject = <Result>(update: SubjectUpdate<Result>): SubjectUpdate<Result> => ({
    ...update,
    decide: (state, now) => update.decide(asRead(state), now),
  });
  const members: Partial<Store> = {
    updateSessions: (updates) => store.updateSessions(updates.map(ofSession)),
    findSessions: async (sids) => (await store.findSessions(sids)).map((session) => session && asRevoked(session)),
    updateSubject: (update) => store.updateSubject(ofSubject(update)),
    findSubject: async (key) => asRead(await store.findSubject(key)),
  };
  const held = new Map<PropertyKey, unknown>(Object.entries(members));
  return new Proxy(store, {
    get: (target, name) => {
      if (!held.has(name)) {
        const member: unknown = target[name as keyof Store];
        held.set(name, typeof member === 'function' ? member.bind(target) : member);
      }
      return held.get(name);
    },
  });
}
