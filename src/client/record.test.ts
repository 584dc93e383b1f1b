import { describe, expect, it } from 'vitest';
import { createRecordStore } from './record.ts';

const record = { facts: { sessionId: 's1' }, ended: 'ended' } as const;

describe('createRecordStore', () => {
  it('is shared by all that share the storage', async () => {
    const stored = new Map<string, string>();
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    };
    await createRecordStore(storage, 'key').write(record);
    expect(await createRecordStore(storage, 'key').read()).toEqual(record);
    expect(await createRecordStore(storage, 'other').read()).toBeUndefined();
  });

  it('waits for a storage that takes its time', async () => {
    const storage = { getItem: async () => JSON.stringify(record), setItem: async () => undefined };
    expect(await createRecordStore(storage, 'key').read()).toEqual(record);
  });

  it.each(['{', 'null', '{}', '{"facts":{}}', '42'])('takes %j for nothing', async (text) => {
    expect(await createRecordStore({ getItem: () => text, setItem: () => undefined }, 'key').read()).toBeUndefined();
  });

  it.each([
    () => Promise.reject(new Error('denied')),
    () => {
      throw new Error('denied');
    },
  ])('remembers where storage is denied: %s', async (deny) => {
    const records = createRecordStore({ getItem: deny, setItem: deny }, 'key');
    await records.write(record);
    expect(await records.read()).toEqual(record);
  });

  it('remembers without any storage', async () => {
    const records = createRecordStore(undefined, 'key');
    expect(await records.read()).toBeUndefined();
    await records.write(record);
    expect(await records.read()).toEqual(record);
  });
});
