import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRevocationList } from './revocation-list.ts';

const hour = 3_600_000;
const newList = (maxEntries = 1000) => createRevocationList({ keepFor: hour, maxEntries });

describe('a revocation list', () => {
  it('knows the sessions that have ended, and no others', () => {
    const list = newList();
    list.add([{ position: 1, sid: 'one' }], 0);
    expect(list.isRevoked({ sid: 'one', sub: 'alice' }, 0)).toBe(true);
    expect(list.isRevoked({ sid: 'two', sub: 'alice' }, 0)).toBe(false);
  });

  it('knows the sessions of a user that began before a moment, to the millisecond', () => {
    const list = newList();
    list.add([{ position: 1, sub: 'alice', before: 1000 }], 0);
    expect(list.isRevoked({ sid: 'a', sub: 'alice' }, 999)).toBe(true);
    expect(list.isRevoked({ sid: 'a', sub: 'alice' }, 1000)).toBe(false);
    expect(list.isRevoked({ sid: 'a', sub: 'bob' }, 0)).toBe(false);
  });

  it('spares the one session that an entry spares, but not from another entry', () => {
    const list = newList();
    list.add([{ position: 1, sub: 'alice', before: 1000, except: 'mine' }], 0);
    expect(list.isRevoked({ sid: 'mine', sub: 'alice' }, 1)).toBe(false);
    expect(list.isRevoked({ sid: 'other', sub: 'alice' }, 1)).toBe(true);
    list.add([{ position: 2, sub: 'alice', before: 500, except: 'other' }], 0);
    expect(list.isRevoked({ sid: 'mine', sub: 'alice' }, 1)).toBe(true);
    expect(list.isRevoked({ sid: 'mine', sub: 'alice' }, 600)).toBe(false);
    list.add([{ position: 3, sid: 'mine' }], 0);
    expect(list.isRevoked({ sid: 'mine', sub: 'alice' }, 600)).toBe(true);
  });

  it('lets go of an entry when it is old enough, and not before', () => {
    const list = newList();
    list.add(
      [
        { position: 1, sid: 'one' },
        { position: 2, sub: 'alice', before: 5 },
      ],
      1000,
    );
    list.prune(1000 + hour - 1);
    expect(list.size).toBe(2);
    list.prune(1000 + hour);
    expect(list.size).toBe(0);
    expect(list.isRevoked({ sid: 'one', sub: 'alice' }, 1)).toBe(false);
  });

  it('lets go of very many in steps, the oldest first', () => {
    const list = newList(1_000_000);
    const names = Array.from({ length: 50_000 }, (_, index) => `session-${index}`);
    list.add(
      names.map((sid, position) => ({ position, sid })),
      0,
    );
    list.prune(hour);
    expect(list.size).toBe(30_000);
    expect(list.isRevoked({ sid: 'session-49999', sub: 'x' }, 0)).toBe(true);
    list.prune(hour);
    list.prune(hour);
    expect(list.size).toBe(0);
  });

  it('knows each of very many, sessions and users, and none beside them', () => {
    const list = newList(1_000_000);
    const count = 5000;
    for (let index = 0; index < count; index += 1) {
      list.add([{ position: index, sid: `session-${index}` }], index);
      list.add([{ position: index, sub: `user-${index}`, before: 5 }], index);
    }
    list.prune(hour + count / 2 - 1);
    const indexes = Array.from({ length: count }, (_, index) => index);
    const isLeft = indexes.map((index) => index >= count / 2);
    expect(indexes.map((index) => list.isRevoked({ sid: `session-${index}`, sub: 'x' }, 0))).toEqual(isLeft);
    expect(indexes.map((index) => list.isRevoked({ sid: 'x', sub: `user-${index}` }, 0))).toEqual(isLeft);
    expect(indexes.some((index) => list.isRevoked({ sid: `user-${index}`, sub: `session-${index}` }, 0))).toBe(false);
  });

  it('keeps what is said again from then on', () => {
    const list = newList();
    list.add(
      [
        { position: 1, sid: 'one' },
        { position: 2, sid: 'two' },
      ],
      0,
    );
    list.add([{ position: 1, sid: 'one' }], 10);
    list.prune(hour);
    expect(list.isRevoked({ sid: 'one', sub: 'x' }, 0)).toBe(true);
    expect(list.isRevoked({ sid: 'two', sub: 'x' }, 0)).toBe(false);
  });

  it('says that it is not whole where it had no room, for as long as that matters, and forgets nothing else', () => {
    const list = newList(2);
    list.add(
      [
        { position: 1, sid: 'one' },
        { position: 2, sub: 'alice', before: 5 },
      ],
      0,
    );
    list.add([{ position: 1, sid: 'one' }], 0);
    expect(list.isWhole(0)).toBe(true);
    list.add([{ position: 3, sid: 'three' }], 10);
    expect([list.isWhole(10), list.isWhole(10 + hour - 1), list.isWhole(10 + hour)]).toEqual([false, false, true]);
    expect(list.isRevoked({ sid: 'one', sub: 'x' }, 0)).toBe(true);
    expect(list.size).toBe(2);
  });

  it('is not confused by names of every object', () => {
    const list = newList();
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(list.isRevoked({ sid: name, sub: name }, 0)).toBe(false);
      list.add([{ position: 1, sub: name, before: 5 }], 0);
      expect(list.isRevoked({ sid: 'x', sub: name }, 4)).toBe(true);
    }
  });

  const name = fc.constantFrom('a', 'b', 'c');
  const moment = fc.integer({ min: 0, max: 6 });
  const entry = fc.oneof(
    fc.record({ position: fc.nat(), sid: name }),
    fc.record({ position: fc.nat(), sub: name, before: moment }),
    fc.record({ position: fc.nat(), sub: name, before: moment, except: name }),
  );

  it('says the same as the entries one by one, in whatever order and however often they come', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (entries, random) => {
        const list = newList();
        const shuffled = [...entries, ...entries.slice(0, 3)]
          .map((item) => ({ item, key: random.next().value as number }))
          .toSorted((one, other) => one.key - other.key);
        for (const { item } of shuffled) list.add([item], 0);
        for (const sid of ['a', 'b', 'c', 'd']) {
          for (const sub of ['a', 'b', 'c', 'd']) {
            for (let startedAt = 0; startedAt < 7; startedAt += 1) {
              const isSaid = entries.some((said) =>
                'sid' in said
                  ? said.sid === sid
                  : said.sub === sub && startedAt < said.before && !('except' in said && said.except === sid),
              );
              expect(list.isRevoked({ sid, sub }, startedAt)).toBe(isSaid);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
