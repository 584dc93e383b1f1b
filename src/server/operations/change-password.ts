/**
 * Changes the password of a user of the built-in directory, and ends their other sessions.
 */
import type { UserRecord } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import type { PasswordDirectory } from '../directory/directory.ts';
import { networkOf } from '../directory/network.ts';
import type { Caller } from './authenticate-access.ts';
import { replacePassword } from './replace-password.ts';

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
  const result = await replacePassword(context, directory, {
    subject: user.subject,
    newPassword,
    exceptSid: caller.sid,
    isFor: ({ passwordHash }) => passwordHash === user.passwordHash,
  });
  return result.kind === 'unchanged' ? { kind: 'invalid_credentials' } : result;
}
