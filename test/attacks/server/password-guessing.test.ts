// Attack: guess passwords, many at once, from many places, under many writings of a name; or guess so much that the owner
// of the account is locked out.
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type Asked,
  expectError,
  expectStatus,
  issuer,
  openServer,
  type TestServer,
} from '../../server/open-server.ts';

/** A server whose host counts the passwords that it was asked about. */
async function openCounting() {
  const checked: string[] = [];
  const server = await openServer({
    authenticate: ({ username, password }) => {
      checked.push(username);
      return password === 'right' ? { authenticated: true, subject: username } : { authenticated: false };
    },
  });
  return { server, checked };
}

const guess = (server: TestServer, username: string, from: string, password = 'wrong', more: object = {}) =>
  server.ask('POST', '/login', { json: { username, password, ...more }, from } satisfies Asked);

const count = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

const upTo = (length: number) => Array.from({ length }, (_, index) => index);

describe('guessing one account from one place', () => {
  it('gets ten passwords checked, however many come at once', async () => {
    const { server, checked } = await openCounting();
    const answers = await Promise.all(upTo(500).map((index) => guess(server, 'ada', '192.0.2.1', `guess ${index}`)));
    expect(checked).toHaveLength(10);
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 490]);
    const [refused] = answers.filter(({ status }) => status === 429);
    const retryAfter = Number(expectError(refused as Answer, 429, 'too_many_attempts').headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(500);
    expect(retryAfter).toBeLessThanOrEqual(600);
  });

  it('gets not one more for the right password once the limit is reached', async () => {
    const { server, checked } = await openCounting();
    for (const index of upTo(10)) await guess(server, 'ada', '192.0.2.1', `guess ${index}`);
    expectError(await guess(server, 'ada', '192.0.2.1', 'right'), 429, 'too_many_attempts');
    expect(checked).toHaveLength(10);
  });

  it.each([
    ['in other letters', ['ada', 'ADA', 'Ada', 'aDa', 'adA']],
    ['in letters of another width or weight', ['ada', 'ａｄａ', '𝐚𝐝𝐚', 'ᴬᴰᴬ', 'ⓐⓓⓐ', 'aｄa', 'Ａda']],
  ])('gets no more for a name %s', async (_how, writings) => {
    const { server, checked } = await openCounting();
    for (const index of upTo(50)) await guess(server, writings[index % writings.length] ?? '', '192.0.2.1');
    expect(checked).toHaveLength(10);
  });

  it('gets no more from the other addresses of one IPv6 line', async () => {
    const { server, checked } = await openCounting();
    for (const index of upTo(30)) await guess(server, 'ada', `2001:db8:1:2:${index}::1`);
    expect(checked).toHaveLength(10);
  });
});

describe('guessing from many places', () => {
  it('gets a hundred passwords of one account checked in an hour', async () => {
    const { server, checked } = await openCounting();
    for (const index of upTo(150)) await guess(server, 'ada', `198.51.100.${index}`);
    expect(checked).toHaveLength(100);
    expectError(await guess(server, 'ada', '203.0.113.1', 'right'), 429, 'too_many_attempts');
  });

  it('gets a hundred passwords of many accounts checked from one place', async () => {
    const { server, checked } = await openCounting();
    for (const index of upTo(150)) await guess(server, `user-${index}`, '192.0.2.1');
    expect(checked).toHaveLength(100);
    expectStatus(await guess(server, 'ada', '203.0.113.1', 'right'), 200);
  });
});

describe('the owner of an account that is under attack', () => {
  const password = 'correct horse battery staple';

  it('gets in on a device that is known', async () => {
    const server = await openServer({ users: { ada: password } });
    const { refresh_token } = await server.login({ password });
    await Promise.all(upTo(12).map(() => guess(server, 'ada', '192.0.2.1')));
    expectError(await guess(server, 'ada', '192.0.2.1', password), 429, 'too_many_attempts');
    expectStatus(await guess(server, 'ada', '192.0.2.1', password, { refresh_token }), 200);
  });

  it('is not known by the device of somebody else', async () => {
    const server = await openServer({ users: { ada: password, eve: 'the password of eve' } });
    const eve = await server.login({ username: 'eve', password: 'the password of eve' });
    const more = { refresh_token: eve.refresh_token };
    const guesses = upTo(30).map((turn) => guess(server, 'ada', '192.0.2.1', 'wrong', turn % 2 === 0 ? more : {}));
    const answers = await Promise.all(guesses);
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 20]);
  });

  it('is throttled on a known device as well, counted apart', async () => {
    const server = await openServer({ users: { ada: password } });
    const { refresh_token } = await server.login({ password });
    const answers = await Promise.all(
      upTo(30).map(() => guess(server, 'ada', '192.0.2.1', 'wrong', { refresh_token })),
    );
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 20]);
  });
});

describe('signing in with the right password', () => {
  it('is never throttled, however often or at once', async () => {
    const { server } = await openCounting();
    const answers = await Promise.all(upTo(200).map(() => guess(server, 'ada', '192.0.2.1', 'right')));
    expect(count(answers, 200)).toBe(200);
  });

  it('makes good for the failures of the same account and place', async () => {
    const { server, checked } = await openCounting();
    for (const _ of upTo(5)) {
      for (const index of upTo(9)) await guess(server, 'ada', '192.0.2.1', `guess ${index}`);
      expectStatus(await guess(server, 'ada', '192.0.2.1', 'right'), 200);
    }
    expect(checked).toHaveLength(50);
  });

  it('does not make good for guessing at other accounts', async () => {
    const { server, checked } = await openCounting();
    for (const index of upTo(150)) {
      await guess(server, `user-${index}`, '192.0.2.1');
      await guess(server, 'mallory', '192.0.2.1', 'right');
    }
    expect(checked.filter((name) => name !== 'mallory')).toHaveLength(100);
  });

  it('works for everyone while strangers guess, where nobody told the server any addresses', async () => {
    const { server } = await openCounting();
    for (const index of upTo(150)) await guess(server, `user-${index}`, '');
    for (const index of upTo(20)) await guess(server, 'ada', '', `guess ${index}`);
    expectStatus(await guess(server, 'ada', '', 'right'), 200);
    const warnings = server.events.filter(({ type }) => type === 'warning');
    expect(warnings).toEqual([{ type: 'warning', warning: expect.stringContaining('remoteAddress') }]);
  });

  it('works for everyone while a stranger guesses and hangs up before being looked at', async () => {
    const { server, checked } = await openCounting();
    for (const index of upTo(120)) {
      const json = { username: 'ada', password: `guess ${index}` };
      const headers = { 'Content-Type': 'application/json' };
      const request = new Request(`${issuer}/login`, { method: 'POST', headers, body: JSON.stringify(json) });
      await server.auth.handler(request, { remoteAddress: undefined });
    }
    expect(checked).toHaveLength(10);
    expectStatus(await guess(server, 'ada', '192.0.2.1', 'right'), 200);
  });

  it('gives no warning where the address is known', async () => {
    const { server } = await openCounting();
    await guess(server, 'ada', '192.0.2.1', 'right');
    expect(server.events.filter(({ type }) => type === 'warning')).toEqual([]);
  });
});

it('does not count a host that fails as a failure of its users', async () => {
  let isBroken = true;
  const server = await openServer({
    authenticate: () => {
      if (isBroken) throw new Error('the database of the host is away');
      return { authenticated: true, subject: 'ada' };
    },
  });
  const answers = await Promise.all(upTo(50).map(() => guess(server, 'ada', '192.0.2.1', 'right')));
  expect(count(answers, 503)).toBe(50);
  isBroken = false;
  expectStatus(await guess(server, 'ada', '192.0.2.1', 'right'), 200);
});
