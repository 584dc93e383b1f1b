/**
 * Whether a session stands, as far as the store says: by its row, or, where it may be known by its tokens alone, by nothing
 * having been said against it. When the tokens end is theirs to say.
 */
import { parseSessionId } from '../../protocol/session-id.ts';
import { isLive } from '../../session/expiry.ts';
import type { SubjectKey, SubjectState } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import { hasStatelessSessions, startOf } from './session-mark.ts';

/** Whether the session `sid` of the user whose `state` it is stands at `now`. */
export function isStanding(
  { settings, notBefore }: Pick<Context, 'settings' | 'notBefore'>,
  { user, sessions }: Pick<SubjectState, 'user' | 'sessions'>,
  sid: string,
  now: number,
): boolean {
  // Disabling a user ends their sessions in the same act; that none was missed is not left to that alone.
  if (user !== undefined && user.disabledAt !== null) return false;
  if (notBefore.excludes(sid)) return false;
  const row = sessions.find((session) => session.sid === sid);
  if (!hasStatelessSessions(settings)) return row !== undefined && isLive(row, now);
  return row === undefined ? startOf(sid) >= (user?.notBefore ?? 0) : row.revokedAt === null;
}

/**
 * Whether a session was begun with this store: its id says where its user's data lives, which is at `key`. One that was begun with another has
 * its revocations there, so it cannot stand here.
 */
export function isAtHome(sid: string, key: Pick<SubjectKey, 'shardTag'>): boolean {
  const shardTag = parseSessionId(sid)?.shardTag;
  return shardTag !== undefined && Buffer.from(shardTag).equals(key.shardTag);
}
