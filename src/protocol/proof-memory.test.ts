import { expect, it } from 'vitest';
import { createProofMemory } from './proof-memory.ts';

function setUp() {
  let now = 0;
  const rememberOnce = createProofMemory(() => now);
  const use = async (key: string, until: number) => (await rememberOnce([{ key, until }]))[0];
  return { rememberOnce, use, at: (moment: number) => (now = moment) };
}

it('says of each use whether it is the first, in order, twice in one call too', async () => {
  const { rememberOnce } = setUp();
  const uses = ['a', 'b', 'a'].map((key) => ({ key, until: 60_000 }));
  expect(await rememberOnce(uses)).toEqual([true, true, false]);
  expect(await rememberOnce(uses)).toEqual([false, false, false]);
});

it('knows a use to the last moment at which its proof is taken, however often it is seen', async () => {
  const { use, at } = setUp();
  expect(await use('a', 60_000)).toBe(true);
  expect(await use('a', 1)).toBe(false);
  for (const moment of [20_000, 40_000, 60_000]) {
    at(moment);
    expect(await use('a', 60_000)).toBe(false);
  }
});

it('forgets what nobody could use again, so it does not grow for ever', async () => {
  const { use, at } = setUp();
  expect(await use('a', 60_000)).toBe(true);
  at(71_000);
  expect(await use('a', 131_000)).toBe(true);
});
