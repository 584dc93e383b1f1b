/**
 * What the application sees: immutable snapshots. Types only; who makes them is in session-holder.ts.
 */

/** Why nobody is signed in any more. */
export type EndReason =
  /** Somebody signed out, here or in another tab. */
  | 'signed_out'
  /** The refresh token was past its end. */
  | 'timed_out'
  /** The server refused: the device was removed, the password changed, the token was stolen. */
  | 'ended';

/** Whether the server can be reached, as far as the last refresh tells. Trouble never ends a session. */
export type Connection = 'ok' | 'offline' | 'unreachable';

/** A request whose session ended, waiting for the same user to come back. */
export interface WaitingRequest {
  readonly method: string;
  readonly url: string;
  /** The same user is back, and has to say what becomes of it: it changes something and has no `Idempotency-Key`. */
  readonly needsChoice: boolean;
  /** Sends it now, if the same user is signed in. */
  readonly repeat: () => void;
  /** Gives it up: its promise rejects with a `SessionEndedError`. */
  readonly drop: () => void;
}

/** The session is about to end. */
export interface Ending {
  /** `absolute`: the end that nothing can move. */
  readonly reason: 'inactivity' | 'absolute';
  /** Whether `client.continue()` keeps the session. */
  readonly canContinue: boolean;
  /** Milliseconds left now; never negative. */
  readonly remainingMs: () => number;
}

export interface StartingState {
  readonly status: 'starting';
}

export interface SignedOutState {
  readonly status: 'signed-out';
  readonly reason?: EndReason;
  readonly waiting: readonly WaitingRequest[];
}

export interface SignedInState {
  readonly status: 'signed-in';
  readonly subject: string;
  readonly sessionId: string;
  readonly deviceId: string;
  readonly scope?: string;
  /** Milliseconds left now; never negative. */
  readonly accessTokenExpiresIn: () => number;
  /** In seconds by the server's clock; 0: never. For countdowns use `client.times()`. */
  readonly refreshTokenExpiresAt: number;
  /** In seconds by the server's clock; 0: never. */
  readonly sessionEndsAt: number;
  readonly connection: Connection;
  /** Present while the user has to be asked, where `renew` is `'ask'`. */
  readonly ending?: Ending;
  readonly waiting: readonly WaitingRequest[];
}

/** The client's state. */
export type ClientState = StartingState | SignedOutState | SignedInState;
