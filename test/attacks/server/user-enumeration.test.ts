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
    // Processor time, so that other work on this machine does not count.
    const workOf = async (passwordHash: string | undefined) => {
      const before = process.cpuUsage();
      for (let round = 0; round < 5; round += 1) expect(await hasher.verify(passwordHash, 'not this one')).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await workOf(known);
    const [ofKnown, ofUnknown] = [await workOf(known), await workOf(undefined)];
    expect(ofUnknown / ofKnown).toBeGreaterThan(0.5);
    expect(ofUnknown / ofKnown).toBeLessThan(2);
  });

  it('works as long for nobody and for a disabled user as for a wrong password', async () => {
    const server = await openServer({ users: { ada: password, eve: password } });
    const eve = await server.auth.directory.find('eve');
    await server.auth.disableUser(eve?.subject ?? '');
    const workOf = async (json: { readonly username: string; readonly password: string }) => {
      const before = process.cpuUsage();
      for (let round = 0; round < 3; round += 1)
        expect((await server.ask('POST', '/login', { json })).status).toBe(401);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const known = { username: 'ada', password: 'not this one' };
    await workOf(known);
    const ofKnown = await workOf(known);
    for (const json of [
      { username: 'nobody', password },
      { username: 'eve', password },
      { username: 'eve', password: 'not this one' },
    ]) {
      expect((await workOf(json)) / ofKnown).toBeGreaterThan(0.5);
    }
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
