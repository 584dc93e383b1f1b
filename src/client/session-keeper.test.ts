import { beforeEach, describe, expect, it } from 'vitest';
import { createHistory } from './history.ts';
import { createRecordStore, type RecordStore, type SessionRecord } from './record.ts';
import type { Session } from './session.ts';
import { createSessionKeeper, type SessionKeeper } from './session-keeper.ts';

const clock = { now: () => 1000, unseen: () => 0, wall: () => 0 };

function sessionOf(sessionId: string, receivedAt: number, subject = 'alice'): Session {
  return {
    facts: { sessionId, subject, deviceId: 'd', refreshTokenExpiresAt: 0, sessionEndsAt: 0 },
    accessToken: `${sessionId}@${receivedAt}`,
    receivedAt,
    unseen: 0,
    decidedAt: receivedAt,
    accessTokenLife: 1000,
    refreshAfter: 500,
  };
}

describe('createSessionKeeper', () => {
  let keeper: SessionKeeper;
  let records: RecordStore;
  let stored: Map<string, string>;
  let shown: (Session | undefined)[];
  const first = sessionOf('s1', 0);
  const tokens = { sent: 'r0', received: 'r1' };

  beforeEach(async () => {
    stored = new Map();
    shown = [];
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    };
    records = createRecordStore(storage, 'key');
    const siblings = { show: (session: Session | undefined) => void shown.push(session) };
    keeper = createSessionKeeper({ clock, records, siblings, history: createHistory(clock.wall) });
    await keeper.begin(first, 'r0');
  });

  /** What another tab put there. */
  function putRecord(record: SessionRecord): void {
    stored.set('key', JSON.stringify(record));
  }

  it('takes an answer to a refresh, keeps it and tells of it', async () => {
    const next = sessionOf('s1', 10);
    await keeper.renew(next, first, tokens);
    expect(keeper.session()).toBe(next);
    expect(await records.read()).toMatchObject({ facts: { sessionId: 's1' }, refreshToken: 'r1' });
    expect(shown.at(-1)).toBe(next);
  });

  it('does not replace a stored token that is not the one that was sent', async () => {
    putRecord({ facts: first.facts, refreshToken: 'r2' });
    await keeper.renew(sessionOf('s1', 10), first, tokens);
    expect(await records.read()).toMatchObject({ refreshToken: 'r2' });
  });

  it('lets a late answer overwrite nothing newer', async () => {
    const adopted = sessionOf('s1', 20);
    keeper.adopt(adopted);
    await keeper.renew(sessionOf('s1', 10), first, tokens);
    expect(keeper.session()).toBe(adopted);
    expect(await records.read()).toMatchObject({ refreshToken: 'r0' });
  });

  it.each(['before', 'while'])('lets an answer that came %s the record was read revive nothing', async (when) => {
    const leaving = when === 'before' ? keeper.leave('s1', 'signed_out') : undefined;
    const renewing = keeper.renew(sessionOf('s1', 10), first, tokens);
    await (leaving ?? keeper.leave('s1', 'signed_out'));
    await renewing;
    expect(keeper.session()).toBeUndefined();
    expect(await records.read()).toEqual({ facts: { sessionId: 's1' }, ended: 'signed_out' });
    expect(shown).toEqual([first]);
  });

  it('does not write over the tombstone of a session that another tab left', async () => {
    putRecord({ facts: { sessionId: 's1' }, ended: 'signed_out' });
    await keeper.renew(sessionOf('s1', 10), first, { sent: undefined, received: undefined });
    expect(await records.read()).toMatchObject({ ended: 'signed_out' });
  });

  it('adopts what is newer and neither what is older nor the same again', () => {
    expect(keeper.adopt(sessionOf('s1', -10))).toBe(false);
    expect(keeper.adopt({ ...first, receivedAt: 5 })).toBe(false);
    expect(keeper.adopt(sessionOf('s1', 5))).toBe(true);
    expect(keeper.adopt(sessionOf('s2', 6))).toBe(true);
  });

  it('adopts nothing of a session that it left', async () => {
    keeper.adopt(sessionOf('s2', 10));
    expect(keeper.adopt(sessionOf('s1', 20))).toBe(false);
    await keeper.leave('s2', 'signed_out');
    expect(keeper.adopt(sessionOf('s2', 30))).toBe(false);
    expect(keeper.session()).toBeUndefined();
  });

  it('learns from the record that its session has ended', async () => {
    putRecord({ facts: { sessionId: 's1' }, ended: 'signed_out' });
    await keeper.reconcile();
    expect(keeper.session()).toBeUndefined();
    expect(keeper.left()).toEqual({ sessionId: 's1', reason: 'signed_out', subject: undefined });
  });

  it('learns from the record that another session began, and that it has ended since', async () => {
    putRecord({ facts: sessionOf('s2', 0, 'bob').facts });
    await keeper.reconcile();
    expect(keeper.session()).toMatchObject({ facts: { subject: 'bob' } });
    expect(keeper.session()?.accessToken).toBeUndefined();
    putRecord({ facts: sessionOf('s3', 0, 'carol').facts, ended: 'timed_out' });
    await keeper.reconcile();
    expect(keeper.left()).toMatchObject({ sessionId: 's2', reason: 'timed_out', subject: 'carol' });
  });

  it.each([undefined, 'ended'] as const)('believes no record of a session that it left, ended: %s', async (ended) => {
    keeper.adopt(sessionOf('s2', 10));
    putRecord({ facts: first.facts, ...(ended && { ended }) });
    await keeper.reconcile();
    expect(keeper.session()).toMatchObject({ facts: { sessionId: 's2' } });
  });

  it('remembers who was signed in and their device unless they signed out', async () => {
    await keeper.leave('s1', 'timed_out');
    expect(await records.read()).toMatchObject({ facts: { subject: 'alice' }, refreshToken: 'r0', ended: 'timed_out' });
    expect(keeper.owner()).toMatchObject({ subject: 'alice' });
    await keeper.leave('s1', 'signed_out');
    expect(await records.read()).toEqual({ facts: { sessionId: 's1' }, ended: 'signed_out' });
    expect(keeper.owner().subject).toBeUndefined();
  });

  it('leaves the record of another session alone', async () => {
    putRecord({ facts: sessionOf('s2', 0).facts, refreshToken: 'r9' });
    await keeper.leave('s1', 'ended');
    expect(await records.read()).toMatchObject({ facts: { sessionId: 's2' }, refreshToken: 'r9' });
  });

  it('stays in its session where another one is left', async () => {
    await keeper.leave('s0', 'signed_out');
    expect(keeper.session()).toBe(first);
  });
});
