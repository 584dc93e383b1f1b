/**
 * Ends all sessions of a user, optionally but one, and changes what is held of the user in the same act: that is what a
 * changed password and a disabled user need.
 */
import type { SessionRecord } from '../../session/session-record.ts';
import type { UserRecord } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import type { RevocationReason } from '../events.ts';
import { hostUser, massRevocation, tellRevoked } from './revocation.ts';

export interface EndAllSessionsInput {
  readonly subject: string;
  readonly reason: RevocationReason;
  readonly exceptSid?: string | undefined;
  /** Changes the user's record, or gives `undefined` where nothing is to be done after all. */
  readonly change?: ((user: UserRecord, now: number) => UserRecord | undefined) | undefined;
}

/** Ends them; no sign-in that was under way survives it. */
export async function endAllSessions(
  context: Context,
  { subject, reason, exceptSid, change = (user) => user }: EndAllSessionsInput,
): Promise<{ readonly kind: 'ended'; readonly sessions: number } | { readonly kind: 'unchanged' }> {
  const ended = await context.store.updateSubject<readonly SessionRecord[] | 'unchanged'>({
    ...context.subjectKey(subject),
    decide: (state, now) => {
      const changed = change(state.user ?? hostUser(subject, now), now);
      if (changed === undefined) return { result: 'unchanged' };
      const mass = massRevocation(context, subject, state, exceptSid ?? null, now);
      return {
        write: {
          user: { ...changed, notBefore: mass.notBefore },
          putSessions: [...mass.ended, ...mass.kept],
          revocations: mass.revocations,
        },
        result: mass.ended,
      };
    },
  });
  if (ended === 'unchanged') return { kind: 'unchanged' };
  tellRevoked(context, ended, reason);
  return { kind: 'ended', sessions: ended.length };
}
