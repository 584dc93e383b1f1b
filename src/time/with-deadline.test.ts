import { expect, it } from 'vitest';
import { LateError, withDeadline } from './with-deadline.ts';

const minute = 60_000;

it('settles as the promise does', async () => {
  expect(await withDeadline(Promise.resolve('answer'), minute)).toBe('answer');
  await expect(withDeadline(Promise.reject(new Error('trouble')), minute)).rejects.toThrow('trouble');
});

it('rejects where nothing comes, in the words that it is given', async () => {
  const never = new Promise<never>(() => {});
  await expect(withDeadline(never, 1)).rejects.toThrow(new LateError('no answer in time'));
  await expect(withDeadline(never, 1, 'no news in time')).rejects.toThrow(new LateError('no news in time'));
});
