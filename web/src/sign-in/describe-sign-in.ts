/**
 * What the sign-in page says: why one is here, and why one did not get in.
 */
import type { EndReason, Refusal } from 'tallystick/client';
import { formatDuration } from '../time/format-duration.ts';

/** A sentence for people about the session that is no more; `undefined` where there was none. */
export function describeSignedOut(reason: EndReason | undefined): string | undefined {
  if (reason === 'timed_out') return 'Your session has timed out. Sign in again to continue.';
  if (reason === 'ended')
    return 'You have been signed out. Your session was ended from another device or by the server.';
  if (reason === 'signed_out') return 'You have been signed out.';
  return undefined;
}

/** A sentence for people about a sign-in that was refused. Nothing tells a wrong name from a wrong password. */
export function describeSignInRefusal({ error, description, retryAfterSeconds }: Omit<Refusal, 'ok'>): string {
  if (error === 'invalid_credentials') return 'Wrong user name or password.';
  if (error === 'too_many_attempts') return `Too many attempts. ${describeWait(retryAfterSeconds)}`;
  return description;
}

/** The same where somebody who is known was asked for the password alone. */
export function describeConfirmRefusal(refusal: Omit<Refusal, 'ok'>): string {
  return refusal.error === 'invalid_credentials' ? 'That is not your password.' : describeSignInRefusal(refusal);
}

function describeWait(seconds: number | undefined): string {
  if (seconds === undefined) return 'Wait a while, then try again.';
  return `You can try again in ${formatDuration(seconds * 1000)}.`;
}
