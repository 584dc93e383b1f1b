/**
 * The robbery as it unfolds: who holds which token, and what happened so far. Pure; what the server answered and the time are
 * handed in. It decides nothing about tokens: that is the server's part, and this only keeps the record.
 */
import type { TokenPayload } from 'tallystick/protocol';
import type { Answer } from '../http/ask.ts';
import { readPosition, type TokenPosition } from './read-position.ts';
import type { RefreshAnswer } from './rob-requests.ts';

export type Party = 'owner' | 'thief';

/** What one side holds. */
export interface Holding extends TokenPosition {
  readonly refreshToken: string;
  readonly accessToken: string;
}

/** One line of the timeline. */
export type RobEvent =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'stolen' }
  | ({ readonly kind: 'refreshed'; readonly party: Party; readonly outcome: string } & TokenPosition)
  | { readonly kind: 'refused'; readonly party: Party; readonly why: 'replayed' | 'ended' }
  | { readonly kind: 'balance'; readonly party: Party; readonly balanceCents: number; readonly currency: string }
  | { readonly kind: 'balance-refused'; readonly party: Party }
  | { readonly kind: 'no-answer'; readonly party: Party };

export interface RobStory extends Readonly<Record<Party, Holding>> {
  /** Milliseconds of the clock that is handed in; `undefined` until the first refresh. */
  readonly changedAt: number | undefined;
  readonly hasEnded: boolean;
  /** Oldest first. */
  readonly events: readonly RobEvent[];
}

/** The owner has signed in, and the thief has a copy of what they got. */
export function beginStory(payload: TokenPayload): RobStory {
  const holding = holdingOf(payload);
  const events = [{ kind: 'signed-in' }, { kind: 'stolen' }] as const;
  return { owner: holding, thief: holding, changedAt: undefined, hasEnded: false, events };
}

/** The story after `party` has presented its refresh token and the server has answered. */
export function tellRefresh(story: RobStory, party: Party, answer: RefreshAnswer, now: number): RobStory {
  if (answer.kind === 'done') {
    const holding = holdingOf(answer.value.payload);
    const { generation, branch } = holding;
    const { outcome } = answer.value;
    const changedAt = outcome === 'retry' ? story.changedAt : now;
    const event = { kind: 'refreshed', party, outcome, generation, branch } as const;
    return { ...story, [party]: holding, changedAt, events: [...story.events, event] };
  }
  if (answer.kind === 'refused' && answer.error === 'invalid_grant') {
    const event = { kind: 'refused', party, why: whyRefused(story, party) } as const;
    return { ...story, hasEnded: true, events: [...story.events, event] };
  }
  return { ...story, events: [...story.events, { kind: 'no-answer', party }] };
}

/** The story after `party` has asked for the balance with its access token. */
export function tellBalance(
  story: RobStory,
  party: Party,
  answer: Answer<{ readonly balance_cents: number; readonly currency: string }>,
): RobStory {
  return { ...story, events: [...story.events, balanceEvent(party, answer)] };
}

/**
 * The server answers every refusal alike, so that a thief learns nothing. Here both sides are at hand: a token that is not the
 * only newest one has been superseded; where it is, somebody has ended the session in another way.
 */
function whyRefused(story: RobStory, party: Party): 'replayed' | 'ended' {
  if (story.hasEnded) return 'ended';
  const other = story[party === 'owner' ? 'thief' : 'owner'];
  return other.generation > story[party].generation ? 'replayed' : 'ended';
}

function balanceEvent(
  party: Party,
  answer: Answer<{ readonly balance_cents: number; readonly currency: string }>,
): RobEvent {
  if (answer.kind === 'done') {
    const { balance_cents: balanceCents, currency } = answer.value;
    return { kind: 'balance', party, balanceCents, currency };
  }
  const isRefused = answer.kind === 'refused' && answer.status === 401;
  return { kind: isRefused ? 'balance-refused' : 'no-answer', party };
}

function holdingOf(payload: TokenPayload): Holding {
  const refreshToken = payload.refresh_token ?? '';
  return { refreshToken, accessToken: payload.access_token, ...readPosition(refreshToken) };
}
