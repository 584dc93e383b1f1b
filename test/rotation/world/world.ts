/**
 * The small world that the rotation rule is explored in: its bounds, which are data, and its state. One client, one
 * session, a network, a store, and perhaps a thief. What may happen in it is in `../moves/`.
 *
 * Time runs in whole units, and a unit is told to the rule as one second. That is enough for any real timing: every bound
 * on time here, the exchange's and the window's, is a whole number of units and holds up to and including it, and where the
 * rule draws a line at an instant, both sides of it are tried (`../moves/instants.ts`). A history at any real times that
 * keeps such bounds can be rounded to whole units, all of it in one way, and keeps them still (T. Henzinger, Z. Manna,
 * A. Pnueli, "What good are digital clocks?", 1992).
 */
import type { SessionMode } from '../../../src/protocol/wire.ts';
import type { RefreshOutcome, TokenPosition } from '../../../src/session/decide-refresh.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';

/** What is in a world and how much of it. Durations are units. */
export interface WorldBounds {
  readonly tabs: 1 | 2;
  /** `shared`: all tabs read and write one stored token or one cookie jar. `own`: each tab has a copy of its own. */
  readonly storage: 'shared' | 'own';
  /** `body`: a tab replaces the stored token only if it is still the one it sent. `cookie`: the last arrival wins. */
  readonly delivery: 'body' | 'cookie';
  /** The retry window. */
  readonly window: number;
  /** The longest exchange, from reading a token to storing its successor or giving up. */
  readonly exchange: number;
  /** How many requests may be under way at once. */
  readonly requests: number;
  /** How often the network may deliver one request. */
  readonly arrivals: number;
  /** `never`: no request is decided later after it was sent than the longest exchange lasts. */
  readonly lateRequests: 'never' | 'with-deadline' | 'without-deadline';
  /** `two-steps`: reading and deciding, then writing only if the row is as it was read. `one-step`: both at once. */
  readonly deciding: 'one-step' | 'two-steps';
  /** Modes of the servers: any of them may be met by a request, and answers in the format of its mode. */
  readonly servers: readonly SessionMode[];
  /** The mode of the server that the user signed in at. */
  readonly signedInAt: SessionMode;
  readonly keyBound: boolean;
  /** A thief copies one token, at any moment, and keeps what comes of it. */
  readonly thief: 'none' | 'with-token' | 'with-token-and-key';
  /** How many tokens the thief keeps, newest first. */
  readonly thiefTokens: number;
  /** How much time passes between the turns of client and thief; `null` where they act at any moment. */
  readonly turnGap: number | null;
  /** Whether the session may be signed out or its device removed. */
  readonly canEnd: boolean;
  /** How many units of acknowledged writes the store may lose, how often, and whether revocations are among them. */
  readonly mayLose: number;
  readonly failovers: number;
  readonly losesRevocations: boolean;
  /** How far the store's clock may jump, and how often. */
  readonly clockJumps: readonly number[];
  readonly jumps: number;
  /** Highest branch number that is followed. Where the store loses nothing, branches are renamed and need no bound. */
  readonly branches: number;
  readonly inactivityTimeout: number | null;
  readonly absoluteLifetime: number | null;
  readonly accessTokenLifetime: number;
}

/** A token: where it stands, and how that is written down. */
export interface WorldToken extends TokenPosition {
  readonly format: SessionMode;
}

/** A token that somebody holds. `own`: received since the thief's copy, and newer than what the thief copied. */
export interface HeldToken extends WorldToken {
  readonly own: boolean;
}

/** A decision that is made but not yet written. */
export interface PendingDecision {
  readonly read: SessionRecord;
  readonly server: SessionMode;
  readonly outcome: RefreshOutcome;
}

/** A request of a tab, from the moment the tab reads its token until nothing can come of it any more. */
export interface Exchange {
  readonly tab: number;
  readonly token: HeldToken;
  readonly sentAt: number;
  /** Whether the tab still waits for an answer. */
  readonly waiting: boolean;
  /** How often the request may yet arrive. */
  readonly arrivals: number;
  /** Answers that are on their way to the tab. */
  readonly answers: readonly WorldToken[];
  readonly pending: PendingDecision | null;
}

/** An earlier state of the row that a failover may bring back. */
export interface EarlierRow {
  readonly row: SessionRecord;
  /** When it was overwritten. */
  readonly until: number;
}

/** What the properties remember of the past, and the rule does not see. */
export interface Witness {
  /** The token that was used to get to the newest generation. */
  readonly used: TokenPosition | null;
  /** When the row was last written by a refresh. */
  readonly changedAt: number | null;
  /** Who has used a token of their own since the thief's copy. */
  readonly clientWentOn: boolean;
  readonly thiefWentOn: boolean;
  /** Whether somebody was told that the session is over. */
  readonly endAcknowledged: boolean;
}

export type Party = 'client' | 'thief';

/** Everything there is at one moment. */
export interface WorldState {
  readonly time: number;
  /** How far the store's clock is off. */
  readonly clockOffset: number;
  readonly row: SessionRecord;
  readonly earlier: readonly EarlierRow[];
  /** One token where storage is shared, else one a tab. */
  readonly storages: readonly HeldToken[];
  readonly exchanges: readonly Exchange[];
  /** Empty before the theft. */
  readonly thief: readonly HeldToken[];
  readonly failoversLeft: number;
  readonly jumpsLeft: number;
  readonly lastTurn: { readonly party: Party; readonly at: number } | null;
  readonly witness: Witness;
}
