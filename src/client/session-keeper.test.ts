import { beforeEach, describe, expect, it } from 'vitest';
import { type Context, createContext } from './context.ts';
import type { Environment, TabChannel } from './environment.ts';
import { createHistory } from './history.ts';
import type { SessionRecord } from './record.ts';
import type { EndedSession, Known, Session } from './session.ts';
import { createSessionKeeper, type SessionKeeper } from './session-keeper.ts';

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

function endOf(sessionId: string, ended: EndedSession['ended']): EndedSession {
  return { facts: { sessionId }, ended };
}

describe('createSessionKeeper', () => {
  const now = 1000;
  let context: Context;
  let keeper: SessionKeeper;
  let stored: Map<string, string>;
  let sent: { readonly known: Known | undefined; readonly asks?: number; readonly answers?: number }[];
  let channel: TabChannel;
  let news: number;
  const first = sessionOf('s1', 0);

  beforeEach(async () => {
    stored = new Map();
    sent = [];
    news = 0;
    channel = { postMessage: (message) => sent.push(message as never), onmessage: null, close: () => undefined };
    const host = {
      now: () => now,
      unseen: () => 0,
      wall: () => now,
      random: Math.random,
      openChannel: () => channel,
      localStorage: {
        getItem: (key: string) => stored.get(key) ?? null,
        setItem: (key: string, value: string) => void stored.set(key, value),
      },
      setTimer: (callback: () => void) => {
        callback();
        return () => undefined;
      },
    } as unknown as Environment;
    context = createContext(
      host,
      { issuer: 'https://auth.example' },
      createHistory(() => 0),
    );
    keeper = createSessionKeeper(context, () => {
      news += 1;
    });
    keeper.open();
    await keeper.begin(first, 'r0');
  });

  /** What another tab put there. */
  function putRecord(record: SessionRecord): void {
    stored.set(context.name, JSON.stringify(record));
  }

  function record(): unknown {
    return JSON.parse(stored.get(context.name) ?? 'null');
  }

  async function receive(known: Known | undefined, message: { age?: number; sentAt?: number; asks?: number }) {
    const data = { known, age: now - (known?.receivedAt ?? 0), sentAt: now, ...message };
    channel.onmessage?.(new MessageEvent('message', { data }));
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Another tab tells of it, having held it since it was received. Gives whether it was news. */
  async function hear(known: Known): Promise<boolean> {
    const before = news;
    await receive(known, {});
    return news > before;
  }

  it('takes an answer to a refresh, keeps it and tells of it', async () => {
    const next = sessionOf('s1', 10);
    await keeper.renew(next, first, 'r0', 'r1');
    expect(keeper.session()).toBe(next);
    expect(record()).toMatchObject({ facts: { sessionId: 's1' }, refreshToken: 'r1' });
    expect(sent.at(-1)).toMatchObject({ known: next, age: 990, asks: undefined });
  });

  it('does not replace a stored token that is not the one that was sent', async () => {
    putRecord({ facts: first.facts, refreshToken: 'r2' });
    await keeper.renew(sessionOf('s1', 10), first, 'r0', 'r1');
    expect(record()).toMatchObject({ refreshToken: 'r2' });
  });

  it('lets a late answer overwrite nothing newer', async () => {
    await hear(sessionOf('s1', 20));
    await keeper.renew(sessionOf('s1', 10), first, 'r0', 'r1');
    expect(keeper.session()).toMatchObject({ accessToken: 's1@20' });
    expect(record()).toMatchObject({ refreshToken: 'r0' });
  });

  it.each(['before', 'while'])('lets an answer that came %s the record was read revive nothing', async (when) => {
    const leaving = when === 'before' ? keeper.leave('signed_out') : undefined;
    const renewing = keeper.renew(sessionOf('s1', 10), first, 'r0', 'r1');
    await (leaving ?? keeper.leave('signed_out'));
    await renewing;
    expect(keeper.session()).toBeUndefined();
    expect(record()).toEqual(endOf('s1', 'signed_out'));
    expect(sent.map(({ known }) => known?.ended)).toEqual([undefined, 'signed_out']);
  });

  it('does not write over the tombstone of a session that another tab left', async () => {
    putRecord(endOf('s1', 'signed_out'));
    await keeper.renew(sessionOf('s1', 10), first, undefined, undefined);
    expect(record()).toMatchObject({ ended: 'signed_out' });
  });

  it('adopts what is newer and neither what is older nor the same again', async () => {
    expect(await hear(sessionOf('s1', -10))).toBe(false);
    expect(await hear({ ...first, receivedAt: 5 })).toBe(false);
    expect(await hear(sessionOf('s1', 5))).toBe(true);
    expect(await hear(sessionOf('s2', 6))).toBe(true);
  });

  it('counts from when the other tab received it, however long the message lay', async () => {
    await receive(sessionOf('s1', 5), { age: 300, sentAt: 400 });
    expect(keeper.session()).toMatchObject({ accessToken: 's1@5', receivedAt: 100 });
  });

  it('adopts nothing of a session that it left', async () => {
    await hear(sessionOf('s2', 10));
    expect(await hear(sessionOf('s1', 20))).toBe(false);
    await keeper.leave('signed_out');
    expect(await hear(sessionOf('s2', 30))).toBe(false);
    expect(keeper.session()).toBeUndefined();
  });

  it('adopts nothing from before the session that it knows from the record', async () => {
    putRecord({ facts: sessionOf('s2', 0, 'bob').facts });
    await keeper.reconcile();
    expect(await hear(sessionOf('s0', 500))).toBe(false);
    expect(keeper.session()).toMatchObject({ facts: { sessionId: 's2' } });
    expect(await hear(sessionOf('s2', 500, 'bob'))).toBe(true);
  });

  it('leaves a session that another tab left, and puts the tombstone in its place once more', async () => {
    putRecord({ facts: first.facts, refreshToken: 'r1' });
    const signal = keeper.signal();
    expect(await hear({ facts: first.facts, ended: 'timed_out' })).toBe(true);
    expect(signal.aborted).toBe(true);
    expect(keeper.session()).toBeUndefined();
    expect(record()).toMatchObject({ facts: { subject: 'alice' }, refreshToken: 'r1', ended: 'timed_out' });
    expect(await hear(endOf('s1', 'timed_out'))).toBe(false);
    expect(await hear(endOf('s1', 'signed_out'))).toBe(true);
    expect(record()).toEqual(endOf('s1', 'signed_out'));
    expect(await hear(endOf('s1', 'ended'))).toBe(false);
  });

  it('shows what it knows to whoever asks, and its end too', async () => {
    await keeper.leave('ended');
    await receive(undefined, { asks: 7 });
    expect(sent.at(-1)).toMatchObject({ known: { facts: { sessionId: 's1' }, ended: 'ended' }, answers: 7 });
  });

  it('asks as long as anybody answers', async () => {
    await keeper.ask();
    await keeper.ask();
    expect(sent.filter(({ asks }) => asks)).toHaveLength(1);
    await hear(sessionOf('s0', -20));
    await keeper.ask();
    expect(sent.filter(({ asks }) => asks)).toHaveLength(2);
  });

  it('learns from the record that its session has ended', async () => {
    putRecord(endOf('s1', 'signed_out'));
    await keeper.reconcile();
    expect(keeper.session()).toBeUndefined();
    expect(keeper.known()).toEqual(endOf('s1', 'signed_out'));
  });

  it('learns from the record that another session began, and that it has ended since', async () => {
    putRecord({ facts: sessionOf('s2', 0, 'bob').facts });
    await keeper.reconcile();
    expect(keeper.session()).toMatchObject({ facts: { subject: 'bob' } });
    expect(keeper.session()?.accessToken).toBeUndefined();
    putRecord({ facts: sessionOf('s3', 0, 'carol').facts, ended: 'timed_out' });
    await keeper.reconcile();
    expect(keeper.known()).toMatchObject({ facts: { sessionId: 's3', subject: 'carol' }, ended: 'timed_out' });
    expect(await hear(sessionOf('s2', 900, 'bob'))).toBe(false);
    expect(await hear(sessionOf('s3', 900, 'carol'))).toBe(false);
  });

  it.each([undefined, 'ended'] as const)('believes no record of a session that it left, ended: %s', async (ended) => {
    await hear(sessionOf('s2', 10));
    putRecord({ facts: first.facts, ...(ended && { ended }) });
    await keeper.reconcile();
    expect(keeper.session()).toMatchObject({ facts: { sessionId: 's2' } });
  });

  it('remembers who was signed in and their device unless they signed out', async () => {
    await keeper.leave('timed_out');
    expect(record()).toMatchObject({ facts: { subject: 'alice' }, refreshToken: 'r0', ended: 'timed_out' });
    expect(keeper.known()?.facts.subject).toBe('alice');
    await keeper.leave('signed_out');
    expect(record()).toEqual(endOf('s1', 'signed_out'));
    expect(keeper.known()?.facts.subject).toBeUndefined();
  });

  it('leaves the record of another session alone', async () => {
    putRecord({ facts: sessionOf('s2', 0).facts, refreshToken: 'r9' });
    await keeper.leave('ended');
    expect(record()).toMatchObject({ facts: { sessionId: 's2' }, refreshToken: 'r9' });
  });

  it('stays in its session where another one is left', async () => {
    expect(await hear(endOf('s0', 'signed_out'))).toBe(false);
    expect(keeper.session()).toBe(first);
  });
});
