/**
 * The rotation rule, one named case for every cell of its table, and the edges of each: the window to the millisecond, how
 * far ahead a token may be, clocks that jumped, key-bound sessions, and what is checked first.
 */
import { describe, expect, it } from 'vitest';
import { sampleSession } from '../../test/rotation/sample-session.ts';
import { decideRefresh, type PresentedToken, type RefreshOutcome } from './decide-refresh.ts';
import type { SessionPolicy } from './session-policy.ts';
import type { SessionRecord } from './session-record.ts';

const now = 1_790_000_000_000;
const window = 30_000;
const hour = 3_600_000;

const policy: SessionPolicy = {
  retryWindow: window,
  mayLose: 0,
  inactivityTimeout: 24 * hour,
  absoluteLifetime: 240 * hour,
};
const lossy: SessionPolicy = { ...policy, mayLose: 60_000 };

/** Generation 5 with branches 0 to 2, reached by branch 1 of generation 4, itself reached by branch 3 of generation 3. */
const session: SessionRecord = sampleSession({
  generation: 5,
  branch: 2,
  parentBranch: 1,
  grandparentBranch: 3,
  inactivityEndsAt: now + hour,
  absoluteEndsAt: now + 100 * hour,
});
const inside = { changedAt: now - window + 1 };
const outside = { changedAt: now - window };
const settled = { changedAt: now - 2 * window };
const cookie = { delivery: 'cookie' } as const;
const owner = { keyThumbprint: 'owner' };
const thief = { keyThumbprint: 'thief' };

/** What a case wants different from its table: the row, the limits, or what comes with the token. */
interface Variation {
  readonly row?: Partial<SessionRecord>;
  readonly policy?: SessionPolicy;
  readonly with?: Partial<PresentedToken>;
}

/** A sentence, the token that is presented, `generation.branch`, and what comes of it. */
type Case = readonly [title: string, token: string, expected: string, variation?: Variation];

function token(text: string, more: Partial<PresentedToken> = {}): PresentedToken {
  const [generation = 0, branch = 0] = text.split('.').map(Number);
  return { generation, branch, ...more };
}

/** An outcome in a word or two: `rotate 6.0`, `refused revoked`, `replayed`. */
function inShort(outcome: RefreshOutcome): string {
  if ('successor' in outcome) return `${outcome.kind} ${outcome.successor.generation}.${outcome.successor.branch}`;
  return 'reason' in outcome ? `${outcome.kind} ${outcome.reason}` : outcome.kind;
}

function testEach(cases: readonly Case[], table: Variation): void {
  for (const [title, text, expected, variation] of cases) {
    it(title, () => {
      const { row, policy: limits = policy, with: more } = { ...table, ...variation };
      const outcome = decideRefresh({ ...session, ...table.row, ...row }, token(text, more), now, limits);
      expect(inShort(outcome)).toBe(expected);
    });
  }
}

describe('outside the retry window', () => {
  testEach(
    [
      ['the newest branch rotates', '5.2', 'rotate 6.0'],
      ['an older live branch rotates as well', '5.0', 'rotate 6.0'],
      ['the used parent gets a new branch', '4.1', 'rebranch 5.3'],
      [
        'with a cookie the used parent has to come again until a second window has passed',
        '4.1',
        'unavailable settling',
        { with: cookie },
      ],
      [
        'with a cookie the used parent gets a new branch from then on',
        '4.1',
        'rebranch 5.3',
        { row: settled, with: cookie },
      ],
      ['an older sibling of the used parent is a replay', '4.0', 'replayed'],
      ['a newer sibling of the used parent is a replay', '4.2', 'replayed'],
      ['the used grandparent is a replay', '3.3', 'replayed'],
      ['a sibling of the grandparent is a replay', '3.0', 'replayed'],
      ['the token of the sign-in is a replay', '0.0', 'replayed'],
      ['a branch nobody was given is a replay', '5.3', 'replayed'],
      ['a generation nobody was given is a replay', '6.0', 'replayed'],
    ],
    { row: outside },
  );
});

describe('inside the retry window', () => {
  testEach(
    [
      ['the newest branch gets itself back', '5.2', 'retry 5.2'],
      ['an older live branch gets itself back, not the newest', '5.0', 'retry 5.0'],
      ['the used parent gets the newest branch', '4.1', 'retry 5.2'],
      ['an older sibling of the used parent gets the newest branch', '4.0', 'retry 5.2'],
      ['a newer sibling of the used parent gets the newest branch', '4.2', 'retry 5.2'],
      ['the used grandparent gets the newest branch', '3.3', 'retry 5.2'],
      ['a sibling of the grandparent is a replay', '3.2', 'replayed'],
      ['what came before the grandparent is a replay', '2.0', 'replayed'],
      ['a branch nobody was given is a replay', '5.3', 'replayed'],
      ['a generation nobody was given is a replay', '6.0', 'replayed'],
    ],
    { row: inside },
  );
});

describe('the edges of the retry window', () => {
  testEach(
    [
      ['at once is inside', '5.2', 'retry 5.2', { row: { changedAt: now } }],
      ['1 ms short of it is inside', '4.0', 'retry 5.2', { row: { changedAt: now - 29_999 } }],
      ['exactly at it is outside', '4.0', 'replayed', { row: { changedAt: now - 30_000 } }],
      ['1 ms past it is outside', '5.2', 'rotate 6.0', { row: { changedAt: now - 30_001 } }],
      ['1 ms short of it in the future is inside', '4.0', 'retry 5.2', { row: { changedAt: now + 29_999 } }],
      ['exactly at it in the future is outside', '5.2', 'rotate 6.0', { row: { changedAt: now + 30_000 } }],
      [
        'a fresh sign-in is outside: its first refresh rotates',
        '0.0',
        'rotate 1.0',
        { row: { generation: 0, branch: 0, parentBranch: null, grandparentBranch: null, changedAt: null } },
      ],
      [
        'with a cookie, 1 ms short of two windows, the used parent has to wait',
        '4.1',
        'unavailable settling',
        { row: { changedAt: now - 59_999 }, with: cookie },
      ],
      [
        'with a cookie, exactly at two windows, the used parent need not wait',
        '4.1',
        'rebranch 5.3',
        { row: settled, with: cookie },
      ],
      [
        'without a window a second use gets a branch of its own at once',
        '4.1',
        'rebranch 5.3',
        { row: { changedAt: now }, policy: { ...policy, retryWindow: 0 } },
      ],
      [
        'without a window a token older than that is a replay at once',
        '3.3',
        'replayed',
        { row: { changedAt: now }, policy: { ...policy, retryWindow: 0 } },
      ],
      [
        'without a window the current token rotates at once',
        '5.2',
        'rotate 6.0',
        { row: { changedAt: now }, policy: { ...policy, retryWindow: 0 } },
      ],
    ],
    {},
  );
});

describe('a store that has lost writes', () => {
  const ahead = { changedAt: now - 1, aheadUntil: now + 1 };
  const lostTrack = { parentBranch: null, grandparentBranch: null };
  testEach(
    [
      ['a newer branch rotates from where it stands, outside the window', '5.3', 'ahead 6.0'],
      ['a newer branch rotates from where it stands, inside it', '5.3', 'ahead 6.0', { row: inside }],
      ['a newer generation rotates from where it stands', '6.4', 'ahead 7.0'],
      ['with a cookie the row catches up with a newer branch', '5.3', 'ahead 5.3', { with: cookie }],
      ['with a cookie the row catches up with a newer generation', '6.4', 'ahead 6.4', { with: cookie }],
      ['as many generations as fit into what may be lost, and one', '8.0', 'ahead 9.0'],
      ['one generation more is a replay', '9.0', 'replayed'],
      ['a part of a window counts for nothing', '8.0', 'replayed', { policy: { ...lossy, mayLose: 59_999 } }],
      ['the least that may be lost allows one generation', '6.0', 'ahead 7.0', { policy: { ...lossy, mayLose: 1 } }],
      [
        'the least that may be lost allows no second generation',
        '7.0',
        'replayed',
        { policy: { ...lossy, mayLose: 1 } },
      ],
      ['older tokens are retries until then, however old', '0.0', 'retry 5.2', { row: ahead }],
      ['siblings of the grandparent are retries until then', '3.0', 'retry 5.2', { row: ahead }],
      ['older tokens are replays from then on', '0.0', 'replayed', { row: { ...ahead, aheadUntil: now } }],
      [
        'a parent that was lost track of may have been any branch',
        '4.7',
        'rebranch 5.3',
        { row: { ...settled, ...lostTrack } },
      ],
      ['so may a grandparent, inside the window', '3.7', 'retry 5.2', { row: { ...inside, ...lostTrack } }],
      ['outside it a grandparent is a replay all the same', '3.7', 'replayed', { row: lostTrack }],
      ['a store that loses nothing has no tokens ahead of it', '5.3', 'replayed', { policy }],
    ],
    { policy: lossy },
  );
});

describe('a clock that has jumped back', () => {
  testEach(
    [
      ['the current token rotates', '5.1', 'rotate 6.0'],
      ['the used parent gets a new branch', '4.1', 'rebranch 5.3'],
      ['with a cookie the used parent has to come again', '4.1', 'unavailable settling', { with: cookie }],
      [
        'with a cookie the used parent gets a new branch after a jump of two windows',
        '4.1',
        'rebranch 5.3',
        { row: { changedAt: now + 2 * window }, with: cookie },
      ],
      ['a sibling of the used parent has to come again', '4.0', 'unavailable clock_jumped'],
      ['the used grandparent has to come again', '3.3', 'unavailable clock_jumped'],
      ['an old token has to come again', '0.0', 'unavailable clock_jumped'],
      ['a token that nobody was given has to come again', '5.3', 'unavailable clock_jumped'],
      ['a token too far ahead has to come again', '9.0', 'unavailable clock_jumped', { policy: lossy }],
      ['the slow holder of the key is answered all the same', '2.0', 'retry 5.2', { row: owner, with: owner }],
    ],
    { row: { changedAt: now + window } },
  );
});

describe('a session bound to a key', () => {
  testEach(
    [
      ['the current token rotates', '5.2', 'rotate 6.0'],
      ['the used parent gets a new branch', '4.1', 'rebranch 5.3', { row: settled }],
      ['a sibling of the used parent is a retry, even outside the window', '4.0', 'retry 5.2'],
      ['the used grandparent is a retry, even outside the window', '3.3', 'retry 5.2'],
      ['three generations back is a retry outside the window', '2.7', 'retry 5.2'],
      ['three generations back is a retry inside the window', '2.7', 'retry 5.2', { row: inside }],
      ['four generations back is a replay outside the window', '1.0', 'replayed'],
      ['four generations back is a replay inside the window', '1.0', 'replayed', { row: inside }],
      ['what nobody was given is a replay', '5.3', 'replayed'],
      ['another key gets nothing', '5.2', 'refused wrong_key', { with: thief }],
      ['no key gets nothing', '5.2', 'refused wrong_key', { with: {} }],
      ['an old token with another key does not end the session', '0.0', 'refused wrong_key', { with: thief }],
    ],
    { row: { ...outside, ...owner }, with: owner },
  );

  it('a bearer session takes a token whatever key comes with it', () => {
    expect(inShort(decideRefresh({ ...session, ...outside }, token('5.2', owner), now, policy))).toBe('rotate 6.0');
  });
});

describe('what is checked first', () => {
  testEach(
    [
      ['a session that was revoked refuses', '5.2', 'refused revoked', { row: { revokedAt: now - 1 } }],
      ['a session that was revoked refuses replays too', '0.0', 'refused revoked', { row: { revokedAt: now - 1 } }],
      ['1 ms before the inactivity end is in time', '5.2', 'rotate 6.0', { row: { inactivityEndsAt: now + 1 } }],
      ['at the inactivity end it is too late', '5.2', 'refused inactive', { row: { inactivityEndsAt: now } }],
      ['1 ms before the absolute end is in time', '5.2', 'rotate 6.0', { row: { absoluteEndsAt: now + 1 } }],
      ['at the absolute end it is too late', '5.2', 'refused absolute_end', { row: { absoluteEndsAt: now } }],
      [
        'past both ends, the sooner one is told',
        '5.2',
        'refused inactive',
        { row: { inactivityEndsAt: now - 2, absoluteEndsAt: now - 1 } },
      ],
      [
        'past an end even a retry is refused',
        '4.1',
        'refused inactive',
        { row: { changedAt: now, inactivityEndsAt: now } },
      ],
      ['past an end a replay revokes nothing', '0.0', 'refused inactive', { row: { inactivityEndsAt: now } }],
      [
        'without ends a session goes on',
        '5.2',
        'rotate 6.0',
        { row: { inactivityEndsAt: null, absoluteEndsAt: null } },
      ],
      ['the session’s own client is served', '5.2', 'rotate 6.0', { with: { clientId: 'app' } }],
      ['another client gets nothing', '5.2', 'refused wrong_client', { with: { clientId: 'other' } }],
      [
        'another client with an old token does not end the session',
        '0.0',
        'refused wrong_client',
        { with: { clientId: 'other' } },
      ],
      ['the deadline itself is in time', '5.2', 'rotate 6.0', { with: { deadline: now } }],
      ['1 ms past the deadline nothing happens', '5.2', 'unavailable late', { with: { deadline: now - 1 } }],
      [
        'past the deadline a replay does not end the session',
        '0.0',
        'unavailable late',
        { with: { deadline: now - 1 } },
      ],
      [
        'past the deadline a revoked session is refused all the same',
        '5.2',
        'refused revoked',
        { row: { revokedAt: now - 1 }, with: { deadline: now - 1 } },
      ],
      [
        'without a window deadlines are not looked at',
        '5.2',
        'rotate 6.0',
        { with: { deadline: now - 1 }, policy: { ...policy, retryWindow: 0 } },
      ],
    ],
    { row: outside },
  );
});

describe('what is written', () => {
  const row = { ...session, ...outside };
  const inWholeSeconds = now + 24 * hour;

  it('rotate moves the counters, the memory of both ancestors and the inactivity end, and nothing else', () => {
    const later = now + 999;
    const outcome = decideRefresh(row, token('5.1'), later, policy);
    const next = { ...row, generation: 6, branch: 0, parentBranch: 1, grandparentBranch: 1, changedAt: later };
    expect(outcome).toEqual({
      kind: 'rotate',
      successor: { generation: 6, branch: 0 },
      next: { ...next, inactivityEndsAt: inWholeSeconds },
    });
  });

  it('rotate remembers the branch that was used, not the newest one', () => {
    const outcome = decideRefresh({ ...row, parentBranch: 7 }, token('5.0'), now, policy);
    expect(outcome).toMatchObject({ next: { parentBranch: 0, grandparentBranch: 7 } });
  });

  it('rebranch adds a branch and moves the time, and nothing else: not the inactivity end', () => {
    const long = { ...session, ...settled };
    expect(decideRefresh(long, token('4.1'), now, policy)).toEqual({
      kind: 'rebranch',
      successor: { generation: 5, branch: 3 },
      next: { ...long, branch: 3, changedAt: now },
    });
  });

  it('ahead goes on from the token that was presented, forgets the grandparent and says until when it is lenient', () => {
    const outcome = decideRefresh(row, token('6.4'), now, lossy);
    expect(outcome).toEqual({
      kind: 'ahead',
      successor: { generation: 7, branch: 0 },
      next: {
        ...row,
        generation: 7,
        branch: 0,
        parentBranch: 4,
        grandparentBranch: null,
        changedAt: now,
        aheadUntil: now + window,
        inactivityEndsAt: inWholeSeconds,
      },
    });
  });

  it('ahead with a cookie gives the token back, forgets both ancestors and says until when it is lenient', () => {
    expect(decideRefresh(row, token('6.4', cookie), now, lossy)).toEqual({
      kind: 'ahead',
      successor: { generation: 6, branch: 4 },
      next: {
        ...row,
        generation: 6,
        branch: 4,
        parentBranch: null,
        grandparentBranch: null,
        changedAt: now,
        aheadUntil: now + window,
        inactivityEndsAt: inWholeSeconds,
      },
    });
  });

  it('replayed revokes and changes nothing else', () => {
    expect(decideRefresh(row, token('0.0'), now, policy)).toEqual({
      kind: 'replayed',
      next: { ...row, revokedAt: now },
    });
  });

  it('a session without an inactivity limit does not get one by rotating', () => {
    const outcome = decideRefresh(row, token('5.2'), now, { ...policy, inactivityTimeout: null });
    expect(outcome).toMatchObject({ next: { inactivityEndsAt: null } });
  });

  it('the row that was read is left as it was', () => {
    const frozen = Object.freeze({ ...row });
    for (const text of ['5.2', '4.1', '0.0', '6.0']) decideRefresh(frozen, token(text), now, lossy);
    expect(frozen).toEqual(row);
  });
});
