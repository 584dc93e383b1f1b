/**
 * What the application sees: immutable snapshots. Types only; create-client.ts makes them.
 */
import type { EndReason, SessionFacts } from './session.ts';

/** Whether the server can be reached, as far as the last refresh tells. Trouble never ends a session. */
export type Connection = 'ok' | 'offline' | 'unreachable';

/** A request whose session ended, waiting for the same user to come back. */
export interface WaitingRequest {
  readonly method: string;
  readonly url: string;
  /** The same user is back, and has to say what becomes of it: it changes something and has no `Idempotency-Key`. */
  readonly needsChoice: boolean;
  /** Sends it; where the same user is not signed in, it waits on. */
  readonly repeat: () => void;
  /** Gives it up: its promise rejects with a `SessionEndedError`. */
  readonly drop: () => void;
}

/** The session is about to end. */
export interface Ending {
  /** `inactivity`: `client.continue()` keeps the session. `absolute`: the end that nothing can move. */
  readonly reason: 'inactivity' | 'absolute';
  /** Milliseconds left now; never negative. */
  readonly remainingMs: () => number;
}

export interface StartingState {
  readonly status: 'starting';
}

export interface SignedOutState {
  readonly status: 'signed-out';
  /** Absent where nobody was signed in. */
  readonly reason?: EndReason | undefined;
  readonly waiting: readonly WaitingRequest[];
}

/** For countdowns use `client.times()`: what the facts tell in seconds is by the server's clock. */
export interface SignedInState extends SessionFacts {
  readonly status: 'signed-in';
  readonly connection: Connection;
  /** Present while the user has to be asked, where `renew` is `'ask'`. */
  readonly ending?: Ending | undefined;
  readonly waiting: readonly WaitingRequest[];
}

/** The client's state. */
export type ClientState = StartingState | SignedOutState | SignedInState;
