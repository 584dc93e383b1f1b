import type { TokenPayload } from 'tallystick/protocol';
import { describe, expect, it } from 'vitest';
import { encodeRefreshToken, refreshTokenBody } from '../../../src/protocol/refresh-token.ts';
import type { RefreshAnswer } from './rob-requests.ts';
import { beginStory, type RobStory, tellBalance, tellRefresh } from './rob-story.ts';

const payloadAt = (generation: number, branch: number): TokenPayload => ({
  access_token: `access ${generation}.${branch}`,
  token_type: 'Bearer',
  expires_in: 900,
  access_token_expires_at: 0,
  refresh_token: encodeRefreshToken(
    refreshTokenBody({ rootKeyId: 1, sid: 'AAAAAAAAAAAAAAAAAAAAAA', generation, branch }),
    new Uint8Array(16),
  ),
  refresh_token_expires_at: 0,
  session_ends_at: 0,
  sub: 'alice',
  device_id: 'd',
  session_id: 's',
});

const refreshed = (outcome: string, generation: number, branch: number): RefreshAnswer => ({
  kind: 'done',
  value: { outcome, payload: payloadAt(generation, branch) },
});

const invalidGrant: RefreshAnswer = { kind: 'refused', status: 400, error: 'invalid_grant', description: '' };

const lastOf = (story: RobStory) => story.events.at(-1);

describe('a robbery', () => {
  const begun = beginStory(payloadAt(0, 0));
  const rotated = tellRefresh(begun, 'owner', refreshed('rotate', 1, 0), 100);

  it('begins with both sides holding the same token', () => {
    expect(begun.owner).toEqual(begun.thief);
    expect(begun).toMatchObject({ changedAt: undefined, hasEnded: false });
  });

  it('gives the new token to the side that refreshed, and to no other', () => {
    expect(rotated.owner).toMatchObject({ generation: 1, branch: 0, accessToken: 'access 1.0' });
    expect(rotated.thief).toEqual(begun.thief);
    expect(lastOf(rotated)).toEqual({ kind: 'refreshed', party: 'owner', outcome: 'rotate', generation: 1, branch: 0 });
  });

  it('opens the retry window at what changes the session, not at a retry', () => {
    expect(rotated.changedAt).toBe(100);
    expect(tellRefresh(rotated, 'thief', refreshed('retry', 1, 0), 200).changedAt).toBe(100);
    expect(tellRefresh(rotated, 'thief', refreshed('rebranch', 1, 1), 300).changedAt).toBe(300);
  });

  it('ends at a replay, for both', () => {
    const ended = tellRefresh(rotated, 'thief', invalidGrant, 300);
    expect(ended.hasEnded).toBe(true);
    expect(lastOf(ended)).toEqual({ kind: 'refused', party: 'thief', why: 'replayed' });
    expect(lastOf(tellRefresh(ended, 'owner', invalidGrant, 400))).toMatchObject({ party: 'owner', why: 'ended' });
  });

  it('does not call it a replay when the newest token is refused', () => {
    expect(lastOf(tellRefresh(rotated, 'owner', invalidGrant, 300))).toMatchObject({ why: 'ended' });
    expect(lastOf(tellRefresh(begun, 'thief', invalidGrant, 300))).toMatchObject({ why: 'ended' });
  });

  it('goes on when the server has trouble', () => {
    const told = tellRefresh(rotated, 'owner', { kind: 'refused', status: 503, error: 'e', description: '' }, 300);
    expect(told).toMatchObject({ hasEnded: false, owner: rotated.owner });
    expect(lastOf(told)).toEqual({ kind: 'no-answer', party: 'owner' });
  });

  it('tells what each side sees of the account', () => {
    const seen = tellBalance(begun, 'thief', { kind: 'done', value: { balance_cents: 5, currency: 'EUR' } });
    expect(lastOf(seen)).toEqual({ kind: 'balance', party: 'thief', balanceCents: 5, currency: 'EUR' });
    const refused = tellBalance(begun, 'thief', {
      kind: 'refused',
      status: 401,
      error: 'invalid_token',
      description: '',
    });
    expect(lastOf(refused)).toEqual({ kind: 'balance-refused', party: 'thief' });
    expect(lastOf(tellBalance(begun, 'thief', { kind: 'unreachable' }))).toEqual({ kind: 'no-answer', party: 'thief' });
  });
});
