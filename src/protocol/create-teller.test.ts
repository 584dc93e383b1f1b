import { expect, it } from 'vitest';
import { createTeller } from './create-teller.ts';

const event = { type: 'something_happened' };

it('tells at once', () => {
  const told: unknown[] = [];
  createTeller((happened) => void told.push(happened))(event);
  expect(told).toEqual([event]);
});

it('is not broken by a listener that throws', () => {
  const tell = createTeller(() => {
    throw new Error('a broken listener');
  });
  expect(() => tell(event)).not.toThrow();
});

it('is not broken by a listener whose promise is rejected', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const broken: unknown = () => Promise.reject(new Error('a broken listener'));
  createTeller(broken as () => void)(event);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

it('needs no listener', () => {
  expect(() => createTeller()(event)).not.toThrow();
});
