import { expect, it } from 'vitest';
import { runStateless } from './run-stateless.ts';

it('refreshes without changing a byte of the store', async () => {
  const { before, after } = await runStateless(3_000);
  expect(after).toEqual(before);
  expect(Object.keys(before)).toContain('stateless.db');
});
