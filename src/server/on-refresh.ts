/**
 * The host's veto: asked before a session is refreshed, for what only the host knows, such as an account that was closed
 * elsewhere.
 */
import { z } from 'zod';
import type { SessionRecord } from '../session/session-record.ts';
import { askHost } from './ask-host.ts';

/** What the host says of a refresh. A refusal ends the session. */
export interface RefreshVerdict {
  readonly allowed: boolean;
}

/**
 * Says whether a session may be refreshed. It is asked only where the refresh would be granted otherwise, and may be asked
 * again about a repeated request. What it throws, and anything that is not a `RefreshVerdict`, is a fault: 503, and the
 * session lives on.
 */
export type OnRefresh = (session: SessionRecord) => Promise<RefreshVerdict> | RefreshVerdict;

const verdictSchema: z.ZodType<RefreshVerdict> = z.object({ allowed: z.boolean() });

/**
 * Whether the host lets `session` be refreshed. Asks for five seconds at most, half of what a client waits, so that a slow
 * host costs an answer and not a session. Rejects with a `HostError` for anything but a clear answer.
 */
export async function mayRefresh(onRefresh: OnRefresh, session: SessionRecord): Promise<boolean> {
  const ask = () => onRefresh(session);
  const { allowed } = await askHost({ name: 'onRefresh', ask, answer: verdictSchema, patience: 5_000 });
  return allowed;
}
