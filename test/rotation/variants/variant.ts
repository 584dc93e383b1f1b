/** What a broken variant is: a rule or a store that differs from ours in one thing, and where that shows. */
import type { RefreshOutcome, TokenPosition } from '../../../src/session/decide-refresh.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';
import type { PropertyName } from '../properties/all-properties.ts';
import type { Candidate } from '../world/setting.ts';

export interface Variant extends Candidate {
  readonly name: string;
  /** What it does, as a sentence. */
  readonly about: string;
  /** The property that it breaks, and the world that shows it. */
  readonly breaks: PropertyName;
  readonly world: string;
}

/** Ends the session: what a rule does that takes a token for a replay. */
export function replay(session: SessionRecord, now: number): RefreshOutcome {
  return { kind: 'replayed', next: { ...session, revokedAt: now } };
}

/** Answers with a token that is out already. */
export function retry({ generation, branch }: TokenPosition): RefreshOutcome {
  return { kind: 'retry', successor: { generation, branch } };
}

/** Answers a stateless token with another one at the same place. */
export function slide({ generation, branch }: TokenPosition): RefreshOutcome {
  return { kind: 'slide', inactivityEndsAt: null, successor: { generation, branch } };
}

/** Answers with a new branch of the current generation. */
export function newBranch(session: SessionRecord, now: number): RefreshOutcome {
  const successor = { generation: session.generation, branch: session.branch + 1 };
  return { kind: 'rebranch', next: { ...session, branch: successor.branch, changedAt: now }, successor };
}

/** Whether an outcome lets the token's holder go on. */
export function isAnswered(outcome: RefreshOutcome): boolean {
  return 'successor' in outcome;
}
