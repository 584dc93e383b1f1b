import { describe, expect, it } from 'vitest';
import { toStoreError } from './connection.ts';
import { createWriteGroup } from './write-group.ts';

/** An engine that answers when it is told to, and remembers what it was sent. */
function createEngine() {
  const groups: { acts: readonly string[]; answer: () => void; fail: (error: unknown) => void }[] = [];
  const run = createWriteGroup<string, string>((acts) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    groups.push({ acts, answer: () => resolve(acts.map((act) => act.toUpperCase())), fail: reject });
    return promise;
  });
  return { groups, run };
}

const refusal = toStoreError(Object.assign(new Error('no such text'), { code: '22021' }));
const silence = toStoreError(new Error('the connection was lost'));

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

describe('a write group', () => {
  it('sends what arrives together together, and answers each with its own result', async () => {
    const { groups, run } = createEngine();
    const results = Promise.all(['a', 'b', 'c'].map(run));
    await turns();
    expect(groups.map(({ acts }) => acts)).toEqual([['a', 'b', 'c']]);
    groups[0]?.answer();
    expect(await results).toEqual(['A', 'B', 'C']);
  });

  it('answers nobody before the engine has', async () => {
    const { groups, run } = createEngine();
    let isAnswered = false;
    const running = run('a').then(() => {
      isAnswered = true;
    });
    await turns();
    expect(isAnswered).toBe(false);
    groups[0]?.answer();
    await running;
  });

  it('has three groups under way at most, and collects the rest meanwhile', async () => {
    const { groups, run } = createEngine();
    const results: Promise<string>[] = [];
    for (const act of ['a', 'b', 'c', 'd', 'e']) {
      results.push(run(act));
      await turns();
    }
    expect(groups.map(({ acts }) => acts)).toEqual([['a'], ['b'], ['c']]);
    groups[1]?.answer();
    await turns();
    expect(groups[3]?.acts).toEqual(['d', 'e']);
    for (const { answer } of groups) answer();
    expect(await Promise.all(results)).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('redoes a group that was refused one by one, so that only the bad act fails', async () => {
    const sent: (readonly string[])[] = [];
    const run = createWriteGroup<string, string>(async (acts) => {
      sent.push(acts);
      if (acts.includes('bad')) throw refusal;
      return acts;
    });
    const results = await Promise.allSettled(['a', 'bad', 'c'].map(run));
    expect(sent).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('repeats nothing whose outcome is unknown, and fails those that wait behind it at once', async () => {
    const { groups, run } = createEngine();
    const results: Promise<unknown>[] = [];
    for (const act of ['a', 'b', 'c', 'd', 'e']) {
      results.push(run(act).catch((error: unknown) => error));
      await turns();
    }
    groups[0]?.fail(silence);
    expect(await Promise.all([results[0], results[3], results[4]])).toEqual([silence, silence, silence]);
    expect(groups).toHaveLength(3);
    for (const { answer } of groups.slice(1)) answer();
    expect(await Promise.all(results.slice(1, 3))).toEqual(['B', 'C']);
  });

  it('goes on after a failure', async () => {
    const { groups, run } = createEngine();
    const failing = run('a').catch((error: unknown) => error);
    await turns();
    groups[0]?.fail(silence);
    await failing;
    const later = run('b');
    await turns();
    groups[1]?.answer();
    expect(await later).toBe('B');
  });
});
