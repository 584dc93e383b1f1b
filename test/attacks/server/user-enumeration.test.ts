// Attack: find out who has an account, by what a sign-in says or how long it works.
import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../../../src/server/directory/password-hash.ts';
import { openServer } from '../../server/open-server.ts';

const password = 'correct horse battery staple';

describe('a failed sign-in', () => {
  it('is the same for nobody, a wrong password, a disabled user and a user without a password', async () => {
    const server = await openServer({ users: { ada: password, eve: password } });
    const eve = await server.auth.directory.find('eve');
    await server.auth.disableUser(eve?.subject ?? '');
    const attempts = [
      { username: 'nobody', password },
      { username: 'ada', password: 'not this one' },
      { username: 'eve', password },
      { username: 'eve', password: 'not this one' },
      { username: eve?.subject ?? '', password },
    ];
    const answers = [];
    for (const json of attempts) answers.push(await server.ask('POST', '/login', { json }));
    const shown = answers.map(({ status, text, headers }) => ({ status, text, headers: Object.fromEntries(headers) }));
    expect(new Set(shown.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(shown[0]).toMatchObject({ status: 401 });
  });

  it('costs as much work for nobody as for somebody', async () => {
    const hasher = createPasswordHasher({ concurrency: 1, queue: 10 });
    const known = await hasher.hash(password);
    const checkOf = (passwordHash: string | undefined) => async () =>
      expect(await hasher.verify(passwordHash, 'not this one')).toBe(false);
    const [ofKnown = 0, ofUnknown = 0] = await leastWork([checkOf(known), checkOf(undefined)]);
    expect(ofUnknown / ofKnown).toBeGreaterThan(0.5);
    expect(ofUnknown / ofKnown).toBeLessThan(2);
  });

  it('works as long for nobody and for a disabled user as for a wrong password', async () => {
    const server = await openServer({ users: { ada: password, eve: password } });
    const eve = await server.auth.directory.find('eve');
    await server.auth.disableUser(eve?.subject ?? '');
    // Each from an address of its own, so that no limit keeps a password from being looked at.
    const attemptOf = (json: { readonly username: string; readonly password: string }, index: number) => async () =>
      expect((await server.ask('POST', '/login', { json, from: `192.0.2.${index}` })).status).toBe(401);
    const [ofKnown = 0, ...others] = await leastWork(
      [
        { username: 'ada', password: 'not this one' },
        { username: 'nobody', password },
        { username: 'eve', password },
        { username: 'eve', password: 'not this one' },
      ].map(attemptOf),
    );
    for (const work of others) expect(work / ofKnown).toBeGreaterThan(0.5);
  });

  it('is refused after as many attempts, in the same words, for nobody as for somebody', async () => {
    const server = await openServer({ users: { ada: password } });
    const answersFor = async (username: string, from: string) => {
      const answers = [];
      for (let turn = 0; turn < 12; turn += 1) {
        answers.push(await server.ask('POST', '/login', { json: { username, password: 'not this one' }, from }));
      }
      return answers.map(({ status, text, headers }) => [status, text, headers.has('retry-after')]);
    };
    const ofSomebody = await answersFor('ada', '192.0.2.1');
    expect(ofSomebody.map(([status]) => status)).toEqual([...Array(10).fill(401), 429, 429]);
    expect(await answersFor('nobody', '198.51.100.1')).toEqual(ofSomebody);
  });

  it('is never a success for the password that nobody has', async () => {
    const hasher = createPasswordHasher({ concurrency: 1, queue: 10 });
    for (const guess of ['', 'no password at all', 'AAAA']) {
      expect(await hasher.verify(undefined, guess)).toBe(false);
      expect(await hasher.verify(null, guess)).toBe(false);
    }
  });
});

/**
 * The least processor time that each takes, of six rounds in turns. Other work on the machine can make a piece of work
 * dearer and never cheaper, so the cheapest of several is what it costs.
 */
async function leastWork(works: readonly (() => Promise<void>)[]): Promise<readonly number[]> {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 6; round += 1) {
    for (const [index, work] of works.entries()) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      least[index] = Math.min(least[index] ?? 0, user + system);
    }
  }
  return least;
}
