import { describe, expect, it } from 'vitest';
import { decideNext } from './decide-next.ts';
import type { Session } from './session.ts';

/** Received at 0, when the server's clock showed a million seconds; access token for 15 minutes, inactivity after 30, the end after 10 hours. */
const session: Session = {
  facts: { sessionId: 's', subject: 'u', deviceId: 'd', refreshTokenExpiresAt: 1_001_800, sessionEndsAt: 1_036_000 },
  accessToken: 't',
  receivedAt: 0,
  unseen: 0,
  decidedAt: 1_000_000_000,
  accessTokenLife: 900_000,
  refreshAfter: 400_000,
};
const silent = { renew: 'silent', askSeconds: 60 } as const;
const nothing = { isAhead: false, isOver: false, ending: undefined };
const ask = { renew: 'ask', askSeconds: 60 } as const;

describe('decideNext', () => {
  it('has nothing to do with a fresh token, and looks again when it is time to refresh ahead', () => {
    expect(decideNext(session, silent, 1000, true)).toEqual({ ...nothing, lookAfter: 399_000 });
  });

  it('refreshes ahead for an active user, and not for another', () => {
    expect(decideNext(session, silent, 400_000, true).isAhead).toBe(true);
    expect(decideNext(session, silent, 400_000, false)).toEqual({ ...nothing, lookAfter: 1_402_000 });
  });

  it('asks for as long as it was told, and then does not refresh by itself', () => {
    expect(decideNext(session, ask, 1_739_000, false)).toMatchObject({ ending: undefined, lookAfter: 1000 });
    expect(decideNext(session, ask, 1_740_000, true)).toEqual({
      ...nothing,
      ending: 'inactivity',
      lookAfter: 62_000,
    });
    expect(decideNext(session, silent, 1_740_000, false).ending).toBeUndefined();
  });

  it('tells the end that nothing can move from the one that something can', () => {
    const last = { ...session, facts: { ...session.facts, sessionEndsAt: 1_001_800 } };
    expect(decideNext(last, ask, 1_745_000, false).ending).toBe('absolute');
  });

  it('waits until the end has certainly passed before it finds out', () => {
    expect(decideNext(session, silent, 1_801_000, false)).toEqual({ ...nothing, lookAfter: 1000 });
    expect(decideNext(session, silent, 1_802_000, false).isOver).toBe(true);
  });

  it('asks nobody about a session that is over', () => {
    expect(decideNext(session, ask, 1_801_000, false)).toMatchObject({ isOver: false, ending: 'inactivity' });
    expect(decideNext(session, ask, 1_802_000, false)).toMatchObject({ isOver: true, ending: undefined });
  });

  it('does not refresh a token that lasts until the absolute end', () => {
    const last = {
      ...session,
      facts: { ...session.facts, refreshTokenExpiresAt: 1_000_900, sessionEndsAt: 1_000_900 },
    };
    expect(decideNext(last, silent, 500_000, true).isAhead).toBe(false);
  });

  it('looks again within the hour, whatever is due when', () => {
    const endless = { ...session, facts: { ...session.facts, refreshTokenExpiresAt: 0, sessionEndsAt: 0 } };
    expect(decideNext(endless, ask, 1000, false)).toEqual({ ...nothing, lookAfter: 3_600_000 });
  });
});
