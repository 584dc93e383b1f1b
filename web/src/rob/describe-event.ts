/**
 * The timeline's words: what happened, what the rule called it, and why, for people who have never heard of refresh tokens.
 */
import { formatAmount } from '../bank/amount.ts';
import type { Party, RobEvent } from './rob-story.ts';

export interface EventWords {
  /** Who acted; `undefined` for what belongs to neither side. */
  readonly party: Party | undefined;
  /** One word for what was decided. */
  readonly verdict: string;
  readonly sentence: string;
  readonly tone: 'plain' | 'odd' | 'bad';
}

export function describeEvent(event: RobEvent): EventWords {
  switch (event.kind) {
    case 'signed-in':
      return words('owner', 'signed in', 'The owner signs in on a laptop and gets a refresh token.', 'plain');
    case 'stolen':
      return words('thief', 'stolen', 'The thief copies it. Both now hold the same token.', 'odd');
    case 'refreshed':
      return describeRefresh(event);
    case 'refused':
      return words(event.party, event.why, refusals[event.why], 'bad');
    case 'balance':
      return words(
        event.party,
        'let in',
        `Sees the balance: ${formatAmount(event.balanceCents, event.currency)}.`,
        'plain',
      );
    case 'balance-refused':
      return words(event.party, 'turned away', 'The bank refuses the access token.', 'bad');
    case 'no-answer':
      return words(event.party, 'no answer', 'The server did not decide. Nothing has changed; try again.', 'odd');
  }
}

const refusals = {
  replayed:
    'This token had been replaced already, so somebody else has been using the session. The server cannot tell who is the thief, and ends the session for both.',
  ended: 'The session has ended. No token of it is worth anything any more.',
} as const;

function describeRefresh(event: Extract<RobEvent, { kind: 'refreshed' }>): EventWords {
  const { party, outcome, generation, branch } = event;
  const token = `generation ${generation}, branch ${branch}`;
  switch (outcome) {
    case 'rotate':
      return words(party, outcome, `The token is replaced by the next one: ${token}.`, 'plain');
    case 'retry':
      return words(
        party,
        outcome,
        `Inside the retry window. This might be the same request again after a lost answer, so it gets the token that is already out: ${token}.`,
        'odd',
      );
    case 'rebranch':
      return words(
        party,
        outcome,
        `The token was used before. Perhaps the answer was lost, perhaps it was copied: it gets a second branch, ${token}. Only one branch can continue.`,
        'odd',
      );
    case 'ahead':
      return words(party, outcome, `The store had lost a change; it goes on from here: ${token}.`, 'odd');
    default:
      return words(party, 'refreshed', `The server hands out ${token}.`, 'plain');
  }
}

function words(party: Party | undefined, verdict: string, sentence: string, tone: EventWords['tone']): EventWords {
  return { party, verdict, sentence, tone };
}
