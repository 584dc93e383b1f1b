import { describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';
import { accessTokenRemaining, readSession, timeUntil } from './session.ts';

const clock = createClock(
  () => 5000,
  () => 1_000_000,
);

const payload = {
  access_token: 'opaque',
  sub: 'zoë/1',
  expires_in: 900,
  access_token_expires_at: 2000,
  refresh_token_expires_at: 5000,
  session_ends_at: 0,
  device_id: 'd1',
  session_id: 's1',
};

describe('readSession', () => {
  it('takes everything from beside the access token, and does not look into that', () => {
    const session = readSession(payload, clock, 0);
    expect(session?.facts).toMatchObject({ sessionId: 's1', deviceId: 'd1', subject: 'zoë/1', sessionEndsAt: 0 });
  });

  it.each([undefined, ''])('takes the session for the user where the server does not say who it is: %j', (sub) => {
    const { sub: _, ...others } = payload;
    expect(readSession({ ...others, ...(sub !== undefined && { sub }) }, clock, 0)?.facts.subject).toBe('s1');
  });

  it.each([0, 0.5, 1])('refreshes ahead between one and two thirds of the life: %d', (random) => {
    expect(readSession(payload, clock, random)?.refreshAfter).toBe(300_000 * (1 + random));
  });

  it.each([{}, { ...payload, access_token: '' }, { ...payload, session_id: '' }, { ...payload, expires_in: 0 }])(
    'does not take %j for a session',
    (other) => {
      expect(readSession(other, clock, 0)).toBeUndefined();
    },
  );
});

describe('the time that is left', () => {
  const session = readSession(payload, clock, 0);
  if (session === undefined) throw new TypeError('no session');

  it('counts from the receipt, by what the server said about its own clock', () => {
    expect(timeUntil(session, 5000, 5000)).toBe(3_900_000);
    expect(timeUntil(session, 5000, 65_000)).toBe(3_840_000);
    expect(timeUntil({ ...session, decidedAt: 1_100_500 }, 5000, 5000)).toBe(3_899_500);
  });

  it('is without end where there is none', () => {
    expect(timeUntil(session, 0, 5000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('of an access token is never negative', () => {
    expect(accessTokenRemaining(session, 5000)).toBe(900_000);
    expect(accessTokenRemaining(session, 5_000_000)).toBe(0);
  });
});
