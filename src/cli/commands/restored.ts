/**
 * `tallystick restored`: what has to be done after a backup was restored. A session that was ended after the backup was made
 * is live again, and nobody knows which ones these are, so all of them end.
 */
import type { Tallystick } from '../../server/index.ts';

export async function restored(auth: Tallystick): Promise<string> {
  const before = await auth.revokeAllSessions();
  return `ended every session begun before ${before.toISOString()}, and took away the signing keys: everybody signs in once more\n`;
}
