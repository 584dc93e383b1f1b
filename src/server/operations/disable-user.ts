/**
 * Keeps a user from signing in, and ends all their sessions.
 */
import type { Context } from '../context.ts';
import { endAllSessions } from './end-all-sessions.ts';

/** Disables a user, of the built-in directory or a host's own. Doing it again changes nothing. */
export async function disableUser(context: Context, subject: string): Promise<void> {
  await endAllSessions(context, {
    subject,
    reason: 'user_disabled',
    change: (user, now) => ({ ...user, disabledAt: user.disabledAt ?? now }),
  });
  context.tell({ type: 'user_disabled', subject });
}
