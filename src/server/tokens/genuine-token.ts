/**
 * What a refresh token turns out to be, whichever its format.
 */
import type { TokenPosition } from '../../session/decide-refresh.ts';
import type { SessionRecord } from '../../session/session-record.ts';

/** A refresh token that was made here: where it stands, and in which session. */
export interface GenuineToken extends TokenPosition {
  readonly sid: string;
  /** What a stateless token says of its session, as the row that a stored one would have. It may have ended since. */
  readonly session?: SessionRecord | undefined;
}

/**
 * What a text turned out to be. `unknown_key`: well-formed, under a root secret that is not configured; shortly after a
 * start it may be that the secret has not reached this server yet.
 */
export type TokenAuthenticity =
  | { readonly kind: 'genuine'; readonly token: GenuineToken }
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'forged' };
