/**
 * Changes the password of a user of the built-in directory, and ends their other sessions.
 */
import type { UserRecord } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import type { PasswordDirectory } from '../directory/directory.ts';
import { networkOf } from '../directory/network.ts';
import { passwordProblem } from '../directory/password-policy.ts';
import type { Caller } from './authenticate-access.ts';
import { endAllSessions } from './end-all-sessions.ts';

export interface ChangePasswordInput {
  readonly user: UserRecord;
  /** Whose own session goes on. */
  readonly caller: Pick<Caller, 'sid' | 'stored'>;
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly address: string;
}

export type ChangePasswordResult =
  | { readonly kind: 'changed' }
  | { readonly kind: 'invalid_credentials' }
  | { readonly kind: 'invalid_password'; readonly problem: string }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

/** Changes the password where the current one is right. Guessing it here is throttled as at sign-in. */
export async function changePassword(
  context: Context,
  directory: PasswordDirectory,
  { user, caller, currentPassword, newPassword, address }: ChangePasswordInput,
): Promise<ChangePasswordResult> {
  const from = {
    account: user.username ?? user.subject,
    network: networkOf(address),
    knownDevice: caller.stored?.device.id,
  };
  const checked = await context.throttle.attempt(from, async () =>
    (await directory.verify(user, currentPassword)) ? true : undefined,
  );
  if (checked.kind === 'throttled') return checked;
  if (checked.kind === 'failed') return { kind: 'invalid_credentials' };
  const problem = await passwordProblem(newPassword);
  if (problem) return { kind: 'invalid_password', problem };
  const passwordHash = await directory.hash(newPassword);
  const { kind } = await endAllSessions(context, {
    subject: user.subject,
    reason: 'password_changed',
    exceptSid: caller.sid,
    change: (found) => (found.passwordHash === user.passwordHash ? { ...found, passwordHash } : undefined),
  });
  if (kind === 'unchanged') return { kind: 'invalid_credentials' };
  context.tell({ type: 'password_changed', subject: user.subject });
  return { kind: 'changed' };
}
