/**
 * Sets the password of a user of the built-in directory without knowing the old one, and ends all their sessions: what an operator does
 * for a user who has forgotten it, or from whom it was stolen.
 */
import type { Context } from '../context.ts';
import { builtInDirectory } from '../unsupported.ts';
import { replacePassword } from './replace-password.ts';

export interface SetPasswordInput {
  readonly subject: string;
  readonly password: string;
}

export type SetPasswordResult =
  | { readonly kind: 'changed' }
  | { readonly kind: 'invalid_password'; readonly problem: string }
  | { readonly kind: 'not_found' };

/** Sets it. A disabled user stays disabled. Rejects with an `UnsupportedError` where users are the host's own. */
export async function setPassword(
  context: Context,
  { subject, password }: SetPasswordInput,
): Promise<SetPasswordResult> {
  const result = await replacePassword(context, builtInDirectory(context), {
    subject,
    newPassword: password,
    isFor: ({ username }) => username !== null,
  });
  return result.kind === 'unchanged' ? { kind: 'not_found' } : result;
}
