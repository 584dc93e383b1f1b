/**
 * Starts a session for a host that has authenticated the user itself.
 */
import type { Context } from '../context.ts';
import { type CreateSessionInput, type RequestRefusal, refusalOfRequest } from './session-request.ts';
import { type StartSessionResult, startSession } from './start-session.ts';

export type CreateSessionResult = StartSessionResult | { readonly kind: 'refused'; readonly reason: RequestRefusal };

/** Starts a session, if there could be such a one. */
export async function createSession(context: Context, input: CreateSessionInput): Promise<CreateSessionResult> {
  const reason = refusalOfRequest(context.settings, input);
  return reason === undefined ? startSession(context, input) : { kind: 'refused', reason };
}
