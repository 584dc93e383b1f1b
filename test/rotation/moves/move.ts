/**
 * What can happen in the world, in one step each. A new kind of happening is one more event here, one more file beside
 * this one, its row in `all-moves.ts`, and its sentence in `../stories/tell-event.ts`.
 */
import type { SessionMode } from '../../../src/protocol/wire.ts';
import type { RefreshOutcome, TokenPosition } from '../../../src/session/decide-refresh.ts';
import type { Setting } from '../world/setting.ts';
import type { HeldToken, WorldState } from '../world/world.ts';
import type { TimedOutcome } from './instants.ts';

/** A request that arrives: whose it is, and whether its tab still waits and whether it has arrived before. */
export interface Arrival {
  readonly tab: number;
  readonly token: HeldToken;
  readonly isWaitedFor: boolean;
  readonly isRepeated: boolean;
}

/** An outcome, when it was decided, and the mode of the server that did. */
export interface DecidedBy extends TimedOutcome {
  readonly server: SessionMode;
}

/** What happened, as the properties judge it and the stories tell it. */
export type WorldEvent =
  | { readonly kind: 'send'; readonly tab: number; readonly token: TokenPosition }
  | ({ readonly kind: 'decide' | 'read' } & Arrival & DecidedBy)
  | { readonly kind: 'write'; readonly tab: number; readonly token: HeldToken; readonly outcome: RefreshOutcome }
  | { readonly kind: 'write_conflict'; readonly tab: number; readonly token: TokenPosition }
  | {
      readonly kind: 'deliver';
      readonly tab: number;
      readonly sent: TokenPosition;
      readonly successor: TokenPosition;
      readonly stored: boolean;
    }
  | { readonly kind: 'give_up' | 'lose_request'; readonly tab: number; readonly token: TokenPosition }
  | { readonly kind: 'tick' }
  | { readonly kind: 'steal'; readonly token: TokenPosition; readonly from: 'storage' | 'network' }
  | ({ readonly kind: 'present'; readonly token: HeldToken } & DecidedBy)
  | { readonly kind: 'end_session' }
  | { readonly kind: 'failover'; readonly lost: number; readonly generation: number; readonly branch: number }
  | { readonly kind: 'clock_jump'; readonly units: number };

export interface Move {
  readonly event: WorldEvent;
  readonly next: WorldState;
}

/** All moves of one kind that are possible in a state. */
export type Moves = (setting: Setting, state: WorldState) => readonly Move[];
