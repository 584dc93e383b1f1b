/**
 * Ends every session of every user at once, with one write whatever their number.
 */
import type { Context } from '../context.ts';
import { keptKeys } from '../unsupported.ts';

/**
 * Ends them. The signing keys go too: the feed names sessions and users, not everybody, and so no verifier takes an access
 * token from before once it has read the key set again. Gives the moment before which no session may have begun. Rejects with
 * an `UnsupportedError`, and ends nothing, where nothing is stored.
 */
export async function revokeAllSessions({ notBefore, keys, tell }: Context): Promise<Date> {
  const kept = keptKeys(keys);
  const before = await notBefore.raise();
  await kept.replaceAll();
  tell({ type: 'all_sessions_revoked', before });
  return new Date(before);
}
