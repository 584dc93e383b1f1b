import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, openServer, storeKinds, type TestServer } from './open-server.ts';

/** How a refresh went, in a word. */
const outcomeOf = ({ headers }: { readonly headers: Headers }) => headers.get('tallystick-refresh');

const day = 86_400;

describe.each(storeKinds)('refreshing, on the %s store', (kind) => {
  it('gives a new access token and a new refresh token', async () => {
    const server = await openServer({ kind });
    const first = await server.login();
    await server.advance(60);
    const answer = await server.refresh(first.refresh_token);
    expect(outcomeOf(expectStatus(answer, 200))).toBe('rotate');
    expect(answer.body.refresh_token).not.toBe(first.refresh_token);
    expect(answer.body.access_token).not.toBe(first.access_token);
    expect(answer.body).toMatchObject({ device_id: first.device_id, session_id: first.session_id });
    expect((await server.me(answer.body.access_token)).status).toBe(200);
  });

  it('gives the same refresh token again inside the retry window, and writes nothing', async () => {
    const server = await openServer({ kind });
    const first = await server.login();
    const second = await server.refreshed(first.refresh_token);
    const written = server.store.writes.length;
    for (const token of [first.refresh_token, second.refresh_token, first.refresh_token]) {
      const answer = await server.refresh(token);
      expect(outcomeOf(answer)).toBe('retry');
      expect(answer.body.refresh_token).toBe(second.refresh_token);
      expect((await server.me(answer.body.access_token)).status).toBe(200);
    }
    expect(server.store.writes).toHaveLength(written);
    await server.advance(31);
    expect(outcomeOf(await server.refresh(second.refresh_token))).toBe('rotate');
  });

  it('takes the token whose successor never arrived, after the window too', async () => {
    const server = await openServer({ kind });
    const first = await server.login();
    await server.refresh(first.refresh_token);
    await server.advance(3_600);
    const answer = await server.refresh(first.refresh_token);
    expect(outcomeOf(answer)).toBe('rebranch');
    await server.advance(60);
    let { refresh_token } = answer.body;
    for (let round = 0; round < 5; round += 1) {
      ({ refresh_token } = await server.refreshed(refresh_token));
      await server.advance(60);
    }
  });

  it('ends the session of a token that is replayed, and that session alone', async () => {
    const server = await openServer({ kind, retryWindowSeconds: 1 });
    const other = await server.login();
    const first = await server.login();
    const second = await server.refreshed(first.refresh_token);
    await server.advance(2);
    const third = await server.refreshed(second.refresh_token);
    await server.advance(2);
    expectError(await server.refresh(first.refresh_token), 400, 'invalid_grant');
    expectError(await server.refresh(third.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(third.access_token), 401, 'invalid_token');
    await server.refreshed(other.refresh_token);
    const revoked = await server.store.readRevocations(undefined);
    expect(revoked.entries).toMatchObject([{ sid: first.session_id }]);
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: 'refresh_replayed', sid: first.session_id, deviceId: first.device_id }),
    );
  });

  it('sees one of two ends of a forked session replay, whichever comes first', async () => {
    const server = await openServer({ kind });
    const first = await server.login();
    await server.advance(60);
    const ofOwner = await server.refreshed(first.refresh_token);
    await server.advance(60);
    const ofThief = await server.refreshed(first.refresh_token);
    await server.advance(60);
    await server.refreshed(ofThief.refresh_token);
    await server.advance(60);
    expectError(await server.refresh(ofOwner.refresh_token), 400, 'invalid_grant');
  });

  it('gives a hundred parallel refreshes of one token one successor', async () => {
    const server = await openServer({ kind });
    const { refresh_token } = await server.login();
    const written = server.store.writes.length;
    const answers = await Promise.all(Array.from({ length: 100 }, () => server.refresh(refresh_token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(answers.map(outcomeOf).filter((outcome) => outcome === 'rotate')).toHaveLength(1);
    expect(server.store.writes).toHaveLength(written + 1);
  });

  it('moves the inactivity end with each rotation and never the absolute end', async () => {
    const server = await openServer({ kind, inactivityTimeoutSeconds: 3_600, absoluteLifetimeSeconds: 3 * 3_600 });
    const began = server.now() / 1000;
    let tokens = await server.login();
    const ends: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await server.advance(2_000);
      tokens = await server.refreshed(tokens.refresh_token);
      expect(tokens.session_ends_at).toBe(began + 3 * 3_600);
      ends.push(tokens.refresh_token_expires_at - began);
    }
    expect(ends).toEqual([5_600, 7_600, 9_600, 10_800, 10_800]);
  });

  it('ends a session that nobody used, to the second', async () => {
    const server = await openServer({ kind, inactivityTimeoutSeconds: 3_600 });
    const [early, late] = [await server.login(), await server.login()];
    await server.advance(3_599);
    await server.refreshed(early.refresh_token);
    await server.advance(1);
    expectError(await server.refresh(late.refresh_token), 400, 'invalid_grant');
  });

  it('ends a session at its absolute end, to the second, and no access token outlives it', async () => {
    const server = await openServer({ kind, inactivityTimeoutSeconds: 0, absoluteLifetimeSeconds: 8 * 3_600 });
    const tokens = await server.login();
    await server.advance(8 * 3_600 - 1);
    const last = await server.refreshed(tokens.refresh_token);
    expect(last.expires_in).toBe(1);
    expect(last.access_token_expires_at).toBe(last.session_ends_at);
    await server.advance(1);
    expectError(await server.refresh(last.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(last.access_token), 401, 'invalid_token');
  });

  it('decides nothing past the deadline of its sender', async () => {
    const server = await openServer({ kind });
    const { refresh_token } = await server.login();
    const [read, written] = [server.store.calls.length, server.store.writes.length];
    const late = { headers: { 'Tallystick-Deadline': String(server.now() - 1) } };
    const answer = expectError(await server.refresh(refresh_token, late), 503, 'temporarily_unavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect([server.store.calls.length, server.store.writes.length]).toEqual([read, written]);
    const inTime = { headers: { 'Tallystick-Deadline': String(server.now() + 10_000) } };
    expect(outcomeOf(await server.refresh(refresh_token, inTime))).toBe('rotate');
  });

  it('decides nothing for a sender who has hung up, before the store is asked or while it works', async () => {
    const server = await openServer({ kind });
    const { refresh_token } = await server.login();
    const written = server.store.writes.length;
    expectError(await server.refresh(refresh_token, { signal: AbortSignal.abort() }), 503, 'temporarily_unavailable');
    const sender = new AbortController();
    server.store.before('updateSessions', () => sender.abort());
    expectError(await server.refresh(refresh_token, { signal: sender.signal }), 503, 'temporarily_unavailable');
    server.store.before('updateSessions', () => {});
    expect(server.store.writes).toHaveLength(written);
    expect(outcomeOf(await server.refresh(refresh_token))).toBe('rotate');
  });

  it('takes every second use for a replay where the window is 0, and checks neither deadline nor sender', async () => {
    const server = await openServer({ kind, retryWindowSeconds: 0 });
    const first = await server.login();
    const hurried = { headers: { 'Tallystick-Deadline': '1' }, signal: AbortSignal.abort() };
    const second = await server.refreshed(first.refresh_token, hurried);
    const third = await server.refreshed(second.refresh_token);
    expect(new Set([first, second, third].map(({ refresh_token }) => refresh_token)).size).toBe(3);
    expectError(await server.refresh(first.refresh_token), 400, 'invalid_grant');
    expectError(await server.refresh(third.refresh_token), 400, 'invalid_grant');
  });
});

describe('refreshing', () => {
  it('keeps what the sign-in said: user, client, scope, and when and how the user proved who they are', async () => {
    const server = await openServer({
      authenticate: () => ({ authenticated: true, subject: 'ada', acr: 'gold', amr: ['pwd', 'otp'] }),
    });
    let tokens = await server.login({ scope: 'a b', client_id: 'bank' });
    const { iat: _iat, exp: _exp, jti: _jti, ...kept } = decodeJwt(tokens.access_token);
    expect(kept).toMatchObject({ acr: 'gold', amr: ['pwd', 'otp'], client_id: 'bank', scope: 'a b' });
    for (let round = 0; round < 5; round += 1) {
      await server.advance(60);
      tokens = await server.refreshed(tokens.refresh_token);
      expect(decodeJwt(tokens.access_token)).toMatchObject(kept);
    }
  });

  it('narrows the scope of the access token where asked to, and of that one alone', async () => {
    const server = await openServer();
    const first = await server.login({ scope: 'a b c' });
    await server.advance(60);
    const narrow = await server.refreshed(first.refresh_token, { form: { scope: 'c a' } });
    expect(narrow.scope).toBe('c a');
    expect(decodeJwt(narrow.access_token).scope).toBe('c a');
    await server.advance(60);
    const wide = await server.refreshed(narrow.refresh_token);
    expect([wide.scope, decodeJwt(wide.access_token).scope]).toEqual(['a b c', 'a b c']);
  });

  it('refuses another client than the session’s, without effect', async () => {
    const server = await openServer();
    const { refresh_token } = await server.login({ client_id: 'bank' });
    const written = server.store.writes.length;
    expectError(await server.refresh(refresh_token, { form: { client_id: 'app' } }), 400, 'invalid_grant');
    expect(server.store.writes).toHaveLength(written);
    await server.refreshed(refresh_token, { form: { client_id: 'bank' } });
  });

  it('refuses whatever is not good in the very same words', async () => {
    const server = await openServer({ inactivityTimeoutSeconds: 3_600, absoluteLifetimeSeconds: 7_200 });
    const replayed = await replay(server);
    const revoked = await server.login();
    await server.ask('POST', '/logout', { bearer: revoked.access_token });
    const wrongClient = await server.login();
    const expired = await server.login();
    const answers = [
      await server.refresh(replayed),
      await server.refresh(replayed),
      await server.refresh(revoked.refresh_token),
      await server.refresh(wrongClient.refresh_token, { form: { client_id: 'other' } }),
      await server.refresh(`${revoked.refresh_token.slice(0, -2)}AA`),
      await server.refresh('no token at all'),
    ];
    await server.advance(3_600);
    answers.push(await server.refresh(expired.refresh_token));
    await server.advance(3_600);
    await server.store.removeExpired(100);
    answers.push(await server.refresh(expired.refresh_token));
    for (const answer of answers) expectError(answer, 400, 'invalid_grant');
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const reasons = server.events.flatMap((event) => (event.type === 'refresh_refused' ? [event.reason] : []));
    expect(reasons).toEqual(['revoked', 'revoked', 'wrong_client', 'forged', 'forged', 'inactive', 'unknown']);
  });

  it('says how it went only where explanations are on', async () => {
    const server = await openServer({ explain: false });
    const answer = await server.refresh((await server.login()).refresh_token);
    expect(outcomeOf(expectStatus(answer, 200))).toBeNull();
  });

  it('tells the operator of a retry from elsewhere', async () => {
    const server = await openServer();
    const { refresh_token } = await server.login();
    const at = (from: string, agent: string) => ({ from, headers: { 'User-Agent': agent } });
    await server.refreshed(refresh_token, at('198.51.100.1', 'one'));
    await server.refreshed(refresh_token, at('198.51.100.1', 'one'));
    expect(server.events.filter(({ type }) => type === 'refresh_elsewhere')).toEqual([]);
    await server.refreshed(refresh_token, at('198.51.100.2', 'one'));
    await server.refreshed(refresh_token, at('198.51.100.1', 'two'));
    expect(server.events.filter(({ type }) => type === 'refresh_elsewhere')).toHaveLength(2);
  });

  it('takes a token that the store has forgotten where the store may lose writes, and tells the operator', async () => {
    const server = await openServer({ mayLoseSeconds: 60 });
    const first = await server.login();
    const [row] = await server.store.findSessions([first.session_id]);
    await server.advance(60);
    const second = await server.refreshed(first.refresh_token);
    await server.advance(60);
    await server.store.updateSessions([
      { sid: first.session_id, decide: () => ({ write: row && { next: row }, result: undefined }) },
    ]);
    const answer = await server.refresh(second.refresh_token);
    expect(outcomeOf(answer)).toBe('ahead');
    expect(server.events).toContainEqual(expect.objectContaining({ type: 'refresh_ahead', sid: first.session_id }));
  });

  it('goes on for a year of daily use', async () => {
    const server = await openServer();
    let { refresh_token } = await server.login();
    for (let round = 0; round < 364; round += 1) {
      await server.advance(day);
      ({ refresh_token } = await server.refreshed(refresh_token));
    }
    await server.advance(day);
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
  });
});

/** A session whose first token has been replayed; gives that token. */
async function replay(server: TestServer): Promise<string> {
  const first = await server.login();
  const second = await server.refreshed(first.refresh_token);
  await server.advance(60);
  await server.refreshed(second.refresh_token);
  await server.advance(60);
  return first.refresh_token;
}
