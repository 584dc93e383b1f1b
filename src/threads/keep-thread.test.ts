import { expect, it } from 'vitest';
import { keepThread } from './keep-thread.ts';
import type { Thread } from './start-thread.ts';

/** Threads that end when they are told to, and a clock. */
function setUp() {
  let now = 5_000;
  const ended = new Set<number>();
  const started: Thread<string, string>[] = [];
  const start = () => {
    const number = started.length;
    const thread: Thread<string, string> = {
      ready: async () => !ended.has(number),
      isReady: () => !ended.has(number),
      hasEnded: () => ended.has(number),
      ask: async () => `asked ${number}`,
      close: async () => void ended.add(number),
    };
    started.push(thread);
    return thread;
  };
  const kept = keepThread(start, () => now);
  return {
    kept,
    count: () => started.length,
    end: (number: number) => ended.add(number),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

it('starts a thread when it is wanted, and has it for as long as it runs', async () => {
  const { kept, count, pass } = setUp();
  expect([kept.isReady(), count()]).toEqual([false, 0]);
  const first = kept.current();
  pass(3_600_000);
  expect(kept.current()).toBe(first);
  expect([kept.isReady(), count()]).toEqual([true, 1]);
});

it('starts another a minute after the last one was started, where that has ended', async () => {
  const { kept, count, end, pass } = setUp();
  const first = kept.current();
  end(0);
  pass(59_999);
  expect(kept.current()).toBe(first);
  expect(kept.isReady()).toBe(false);
  pass(1);
  expect(await kept.current().ask('anything')).toBe('asked 1');
  expect([kept.isReady(), count()]).toEqual([true, 2]);
});

it('starts none once it is closed', async () => {
  const { kept, count, pass } = setUp();
  kept.current();
  await kept.close();
  pass(3_600_000);
  kept.current();
  expect([kept.isReady(), count()]).toEqual([false, 1]);
});

it('has nothing to close where none was wanted', async () => {
  const { kept, count } = setUp();
  await kept.close();
  expect(count()).toBe(0);
});
