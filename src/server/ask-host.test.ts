import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { askHost } from './ask-host.ts';

const answer = z.object({ allowed: z.boolean() });
const ask = (given: () => unknown) => askHost({ name: 'the veto', ask: given, answer, patience: 5_000 });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a question to the host', () => {
  it('has the answer that was given, at once or later', async () => {
    expect(await ask(() => ({ allowed: true }))).toEqual({ allowed: true });
    expect(await ask(async () => ({ allowed: false }))).toEqual({ allowed: false });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([undefined, null, true, '', 'allowed', {}, { allowed: 'false' }, { allowed: 1 }, [{ allowed: true }]])(
    'has none where %j came back',
    async (given) => {
      await expect(ask(() => given)).rejects.toMatchObject({ name: 'HostError' });
    },
  );

  it('has none where the function throws, and keeps what it threw as the cause', async () => {
    const cause = new Error('the database is down');
    const failing = [
      () => {
        throw cause;
      },
      () => Promise.reject(cause),
    ];
    for (const given of failing) {
      await expect(ask(given)).rejects.toMatchObject({ name: 'HostError', message: 'the veto failed', cause });
    }
  });

  it('has none once the host has taken too long', async () => {
    const asked = expect(ask(() => new Promise(() => {}))).rejects.toMatchObject({ name: 'HostError' });
    await vi.advanceTimersByTimeAsync(5_000);
    await asked;
  });
});
