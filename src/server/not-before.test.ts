import { expect, it } from 'vitest';
import { encodeSessionId } from '../protocol/session-id.ts';
import { createMemoryStore } from '../stores/memory/index.ts';
import { createNotBefore } from './not-before.ts';

it('a read that arrives after the moment was raised takes nothing back', async () => {
  const now = Date.UTC(2026, 10, 23);
  const store = createMemoryStore({ clock: () => now });
  const read = Promise.withResolvers<number>();
  store.notBefore = () => read.promise;
  const notBefore = createNotBefore(store);
  const sid = encodeSessionId({ shardTag: Buffer.alloc(4), startedAt: now - 1_000, random: Buffer.alloc(6) });
  const reading = notBefore.refresh();
  const raised = await notBefore.raise();
  read.resolve(0);
  await reading;
  expect(raised).toBeGreaterThan(now);
  expect(notBefore.current()).toBe(raised);
  expect(notBefore.excludes(sid)).toBe(true);
});

it('what another server has raised is known after the next look', async () => {
  const store = createMemoryStore({ clock: () => Date.UTC(2026, 10, 23) });
  const [here, elsewhere] = [createNotBefore(store), createNotBefore(store)];
  const raised = await elsewhere.raise();
  expect(here.current()).toBe(0);
  await here.refresh();
  expect(here.current()).toBe(raised);
});
