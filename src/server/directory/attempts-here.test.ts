import { expect, it } from 'vitest';
import { createAttemptsHere } from './attempts-here.ts';

const limitOf = (key: string) => [{ key, most: 1, period: 1, forgivenBySuccess: true }];

it('remembers refusals of ten thousand keys, and asks again about the oldest beyond', () => {
  const here = createAttemptsHere(() => 0);
  for (let index = 0; index <= 10_000; index += 1) here.refuse(`key ${index}`, 1);
  expect(here.look(limitOf('key 0')).kind).toBe('open');
  expect(here.look(limitOf('key 1')).kind).toBe('refused');
  expect(here.look(limitOf('key 10000')).kind).toBe('refused');
});

it('lets those who wait for attempts elsewhere look again after a moment, or when one has ended here', async () => {
  const here = createAttemptsHere(() => 0);
  const limits = [{ key: 'key', most: 9, period: 1, forgivenBySuccess: true }];
  const leave = here.enter(limits);
  here.enter(limits);
  for (const change of [leave, () => {}]) {
    const until = here.crowd('key');
    expect(here.look(limits).kind).toBe('crowded');
    change();
    await until;
    expect(here.look(limits).kind).toBe('open');
  }
});
