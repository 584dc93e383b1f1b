/**
 * Lets a disabled user sign in again.
 */
import type { Context } from '../context.ts';

/** Enables a user. The sessions that ended when they were disabled stay ended. Doing it again changes nothing. */
export async function enableUser(context: Context, subject: string): Promise<void> {
  const isChanged = await context.store.updateSubject<boolean>({
    ...context.subjectKey(subject),
    decide: ({ user }) =>
      user === undefined || user.disabledAt === null
        ? { result: false }
        : { write: { user: { ...user, disabledAt: null } }, result: true },
  });
  if (isChanged) context.tell({ type: 'user_enabled', subject });
}
