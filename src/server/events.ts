/**
 * What the server tells its host: for the operator's log, and for notices to the user. No event holds a token, a cookie,
 * a password or a key.
 */
import type { RefusalReason } from '../session/decide-refresh.ts';

/** Why a session ended before its time. */
export type RevocationReason =
  | 'signed_out'
  | 'replayed'
  | 'replaced'
  | 'evicted'
  | 'device_signed_out'
  | 'device_removed'
  | 'other_devices_removed'
  | 'password_changed'
  | 'user_disabled'
  | 'refused_by_host'
  | 'revoked_by_host';

/** How a refresh was granted, in the words of the rotation rule. */
export type GrantedOutcome = 'rotate' | 'retry' | 'rebranch' | 'ahead' | 'slide';

/**
 * Why a refresh token was refused: what the rule says, and before and beside it
 *
 * - `forged`: it was not made here.
 * - `unknown`: there is no such session any more.
 * - `bearer`: a stateless token without a key, where none are taken.
 * - `replayed`: it was used a second time; the session has ended.
 * - `refused_by_host`: by `onRefresh`; the session has ended.
 */
export type RefreshRefusal = RefusalReason | 'forged' | 'unknown' | 'bearer' | 'replayed' | 'refused_by_host';

/** What `refresh_refused` tells. That a token was replayed, or came without its key, has an event of its own. */
export type ToldRefusal = Exclude<RefreshRefusal, 'replayed' | 'wrong_key'> | 'unknown_key' | 'invalid_client';

/** Why a sign-in failed. `failed`: the name or the password is wrong, or the user may not sign in. */
export type SignInFailure =
  | 'failed'
  | 'throttled'
  | 'user_disabled'
  | 'password_changed'
  | 'device_limit'
  | 'proof_replayed';

interface OfSession {
  readonly subject: string;
  readonly sid: string;
  readonly deviceId: string;
}

/** Where a request came from. */
export interface Origin {
  readonly address: string;
  readonly userAgent: string;
}

/**
 * Everything that is told. For notices to the user: `device_added`, `refresh_replayed`, `password_changed`.
 *
 * - `warning`: at start, of a configuration that gives something up; and once, where sign-ins come without an address.
 * - `refresh_ahead`: a token newer than the store's row was taken; the store has lost writes.
 * - `refresh_elsewhere`: a retry came from another network or browser than the rotation it repeats.
 * - `all_sessions_revoked`: every session of every user that began before `before` (milliseconds) has ended.
 * - `fault`: the store or a host's function failed, or the store's clock has jumped back, or this machine's has leapt
 *   ahead; nothing that a client can bring about alone.
 * - `refresh_wrong_key`: a genuine token came without a proof by the session's key; it got nothing.
 */
export type TallystickEvent =
  | (OfSession & { readonly type: 'session_created'; readonly clientId: string; readonly from: Origin })
  | (OfSession & { readonly type: 'session_refreshed'; readonly outcome: GrantedOutcome })
  | (OfSession & { readonly type: 'session_revoked'; readonly reason: RevocationReason })
  | (OfSession & { readonly type: 'refresh_replayed'; readonly from: Origin })
  | (OfSession & { readonly type: 'refresh_ahead' })
  | (OfSession & { readonly type: 'refresh_elsewhere'; readonly from: Origin })
  | (OfSession & { readonly type: 'refresh_wrong_key'; readonly from: Origin })
  | (OfSession & { readonly type: 'device_added'; readonly name: string; readonly from: Origin })
  | { readonly type: 'device_removed'; readonly subject: string; readonly deviceId: string }
  | {
      readonly type: 'refresh_refused';
      readonly sid: string | undefined;
      readonly reason: ToldRefusal;
      readonly from: Origin;
    }
  | { readonly type: 'sign_in_failed'; readonly reason: SignInFailure; readonly from: Origin }
  | { readonly type: 'password_changed'; readonly subject: string }
  | { readonly type: 'user_disabled'; readonly subject: string }
  | { readonly type: 'user_enabled'; readonly subject: string }
  | { readonly type: 'all_sessions_revoked'; readonly before: number }
  | { readonly type: 'warning'; readonly warning: string }
  | { readonly type: 'fault'; readonly where: string; readonly error: unknown };

/** Is told of events, after they have happened. What it throws, and a promise of its that is rejected, is ignored. */
export type EventListener = (event: TallystickEvent) => void;
