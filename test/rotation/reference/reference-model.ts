/**
 * The rotation rule once more, told as simply as possible and without a thought for storage: it remembers every change of a
 * session with its time, and looks them up. Written from the rule's text, to compare `decideRefresh` with its five counters
 * to. It is for tests: a session's memory grows without end.
 */
import type { PresentedToken, TokenPosition } from '../../../src/session/decide-refresh.ts';
import type { SessionPolicy } from '../../../src/session/session-policy.ts';

/** One change of the session. */
export interface Change {
  readonly kind: 'sign_in' | 'rotate' | 'rebranch' | 'ahead' | 'replayed' | 'revoked';
  readonly at: number;
  /** What was presented to bring it about; `null` where nobody knows any more, or nothing was. */
  readonly used: TokenPosition | null;
  /** The newest token from then on. */
  readonly newest: TokenPosition;
}

/** Everything that has happened to a session, oldest first. */
export interface Remembered {
  readonly policy: SessionPolicy;
  readonly clientId: string;
  readonly keyThumbprint: string | null;
  readonly changes: readonly Change[];
}

/** What the rule says, and the change it makes, if it makes one. */
export interface Verdict {
  readonly says: string;
  readonly answer?: TokenPosition;
  readonly change?: Change;
}

/** Decides about `presented` at `now`, by looking through everything that happened. */
export function judge(session: Remembered, presented: PresentedToken, now: number): Verdict {
  const refusal = refuse(session, presented, now);
  if (refusal) return { says: `refused ${refusal}` };
  const isLate = presented.deadline !== undefined && now > presented.deadline;
  if (isLate && session.policy.retryWindow > 0) return { says: 'unavailable late' };
  const newest = newestOf(session);
  if (isNewer(presented, newest)) return judgeAhead(session, presented, now);
  if (presented.generation === newest.generation) {
    return isInWindow(session, now) ? { says: 'retry', answer: at(presented) } : rotate(presented, now);
  }
  return isInWindow(session, now) ? judgeInside(session, presented, now) : judgeOutside(session, presented, now);
}

/** When the session ends by itself: inactivity first, then the absolute end. */
export function endsOf({ policy, changes }: Remembered): { inactivity: number; absolute: number } {
  const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000;
  const signedInAt = changes[0]?.at ?? 0;
  const lastMove = changes.findLast(({ kind }) => kind === 'sign_in' || kind === 'rotate' || kind === 'ahead');
  return {
    inactivity: wholeSecond((lastMove?.at ?? 0) + (policy.inactivityTimeout ?? Number.POSITIVE_INFINITY)),
    absolute: wholeSecond(signedInAt + (policy.absoluteLifetime ?? Number.POSITIVE_INFINITY)),
  };
}

function refuse(session: Remembered, presented: PresentedToken, now: number): string | undefined {
  if (session.keyThumbprint !== null && presented.keyThumbprint !== session.keyThumbprint) return 'wrong_key';
  if (presented.clientId !== undefined && presented.clientId !== session.clientId) return 'wrong_client';
  if (session.changes.some(({ kind }) => kind === 'replayed' || kind === 'revoked')) return 'revoked';
  const { inactivity, absolute } = endsOf(session);
  if (now < Math.min(inactivity, absolute)) return undefined;
  return absolute <= inactivity ? 'absolute_end' : 'inactive';
}

/** Newer than anything that is remembered: the store has forgotten something, if it is one that can. */
function judgeAhead(session: Remembered, presented: PresentedToken, now: number): Verdict {
  const { mayLose, retryWindow } = session.policy;
  const forgotten = presented.generation - newestOf(session).generation;
  const couldBe = mayLose > 0 && forgotten <= 1 + mayLose / retryWindow;
  if (!couldBe) return replayed(session, presented, now);
  const inCookie = presented.delivery === 'cookie';
  const answer = inCookie ? at(presented) : next(presented);
  return {
    says: 'ahead',
    answer,
    change: { kind: 'ahead', at: now, used: inCookie ? null : presented, newest: answer },
  };
}

function judgeInside(session: Remembered, presented: PresentedToken, now: number): Verdict {
  const newest = newestOf(session);
  const lastAhead = session.changes.findLast(({ kind }) => kind === 'ahead');
  const isForgiven = lastAhead !== undefined && now < lastAhead.at + session.policy.retryWindow;
  const isParent = presented.generation === newest.generation - 1;
  const isForgotten = !isForgiven && !isParent && !wasUsedFor(session, presented, newest.generation - 1);
  return isForgotten ? replayed(session, presented, now) : { says: 'retry', answer: newest };
}

function judgeOutside(session: Remembered, presented: PresentedToken, now: number): Verdict {
  const newest = newestOf(session);
  if (!wasUsedFor(session, presented, newest.generation)) return replayed(session, presented, now);
  const isSettling = Math.abs(now - lastChange(session)) < 2 * session.policy.retryWindow;
  if (presented.delivery === 'cookie' && isSettling) return { says: 'unavailable settling' };
  const answer = { generation: newest.generation, branch: newest.branch + 1 };
  return { says: 'rebranch', answer, change: { kind: 'rebranch', at: now, used: at(presented), newest: answer } };
}

function rotate(presented: TokenPosition, now: number): Verdict {
  const answer = next(presented);
  return { says: 'rotate', answer, change: { kind: 'rotate', at: now, used: at(presented), newest: answer } };
}

/** Whether `presented` is the token that was used to open `generation`, or may be, since nobody knows which one was. */
function wasUsedFor({ changes }: Remembered, presented: TokenPosition, generation: number): boolean {
  if (presented.generation !== generation - 1) return false;
  const gap = changes.findLastIndex(({ kind }) => kind === 'ahead');
  const opening = changes.findLastIndex(({ newest, used, kind }) => {
    return (kind === 'rotate' || kind === 'ahead') && used !== null && newest.generation === generation;
  });
  const isKnown = opening >= Math.max(gap, 0);
  return !isKnown || changes[opening]?.used?.branch === presented.branch;
}

function replayed(session: Remembered, presented: TokenPosition, now: number): Verdict {
  const newest = newestOf(session);
  const generationsBack = newest.generation - presented.generation;
  if (session.keyThumbprint !== null && generationsBack > 0 && generationsBack <= 3) {
    return { says: 'retry', answer: newest };
  }
  const since = now - lastChange(session);
  const hasJumpedBack = since < 0 && -since >= session.policy.retryWindow;
  if (hasJumpedBack) return { says: 'unavailable clock_jumped' };
  return { says: 'replayed', change: { kind: 'replayed', at: now, used: at(presented), newest } };
}

function newestOf({ changes }: Remembered): TokenPosition {
  return changes.at(-1)?.newest ?? { generation: 0, branch: 0 };
}

/** When the session last changed; long ago where it has not since the sign-in. */
function lastChange({ changes }: Remembered): number {
  const last = changes.at(-1);
  return last === undefined || last.kind === 'sign_in' ? Number.NEGATIVE_INFINITY : last.at;
}

function isInWindow(session: Remembered, now: number): boolean {
  return Math.abs(now - lastChange(session)) < session.policy.retryWindow;
}

function isNewer(one: TokenPosition, other: TokenPosition): boolean {
  return one.generation > other.generation || (one.generation === other.generation && one.branch > other.branch);
}

function next({ generation }: TokenPosition): TokenPosition {
  return { generation: generation + 1, branch: 0 };
}

function at({ generation, branch }: TokenPosition): TokenPosition {
  return { generation, branch };
}
