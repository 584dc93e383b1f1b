import { expect, it } from 'vitest';
import { startThread } from './start-thread.ts';

it.each(['https://cdn.example/server.js', import.meta.url])(
  'a thread that cannot be had is one that has ended, and no error: beside %s',
  async (from) => {
    const thread = startThread('no-such-thread', from);
    expect(await thread.ready()).toBe(false);
    expect([thread.isReady(), thread.hasEnded(), await thread.ask('anything')]).toEqual([false, true, undefined]);
    await thread.close();
  },
);
