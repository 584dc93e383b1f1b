/**
 * Puts a new password in the place of a user's, and ends their sessions, in one act: what a user who changes theirs and an operator who
 * sets it have in common. Whether they may is decided before.
 */
import type { UserRecord } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import type { PasswordDirectory } from '../directory/directory.ts';
import { passwordProblem } from '../directory/password-policy.ts';
import { endAllSessions } from './end-all-sessions.ts';

export interface ReplacePasswordInput {
  readonly subject: string;
  readonly newPassword: string;
  /** The session that goes on, if one does. */
  readonly exceptSid?: string | undefined;
  /** Whether the user, as they are held at that moment, is still to get it. */
  readonly isFor: (user: UserRecord) => boolean;
}

export type ReplacePasswordResult =
  | { readonly kind: 'changed' }
  | { readonly kind: 'invalid_password'; readonly problem: string }
  /** It was for nobody. */
  | { readonly kind: 'unchanged' };

export async function replacePassword(
  context: Context,
  directory: PasswordDirectory,
  { subject, newPassword, exceptSid, isFor }: ReplacePasswordInput,
): Promise<ReplacePasswordResult> {
  const problem = await passwordProblem(newPassword);
  if (problem) return { kind: 'invalid_password', problem };
  const passwordHash = await directory.hash(newPassword);
  const { kind } = await endAllSessions(context, {
    subject,
    reason: 'password_changed',
    exceptSid,
    change: (user) => (isFor(user) ? { ...user, passwordHash } : undefined),
  });
  if (kind === 'unchanged') return { kind };
  context.tell({ type: 'password_changed', subject });
  return { kind: 'changed' };
}
