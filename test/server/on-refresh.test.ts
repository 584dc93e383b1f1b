import { describe, expect, it } from 'vitest';
import type { OnRefresh, RefreshVerdict } from '../../src/server/index.ts';
import type { SessionRecord } from '../../src/session/session-record.ts';
import { expectError, expectStatus, openServer, storeKinds } from './open-server.ts';

describe.each(storeKinds)('the host’s veto, on the %s store', (kind) => {
  it('is asked about the session before it is refreshed, and changes nothing where it allows it', async () => {
    const asked: SessionRecord[] = [];
    const onRefresh: OnRefresh = async (session) => {
      asked.push(session);
      return { allowed: true };
    };
    const server = await openServer({ kind, onRefresh });
    const first = await server.login();
    await server.advance(60);
    const answer = expectStatus(await server.refresh(first.refresh_token), 200);
    expect(answer.headers.get('tallystick-refresh')).toBe('rotate');
    expect(asked).toMatchObject([{ sid: first.session_id, subject: 'id-of-ada', generation: 0 }]);
  });

  it('ends the session where it refuses', async () => {
    let allowed = true;
    const server = await openServer({ kind, onRefresh: () => ({ allowed }) });
    const first = await server.login();
    const other = await server.login();
    await server.advance(60);
    const second = await server.refreshed(first.refresh_token);
    await server.advance(60);
    allowed = false;
    expectError(await server.refresh(second.refresh_token), 400, 'invalid_grant');
    allowed = true;
    expectError(await server.refresh(second.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(second.access_token), 401, 'invalid_token');
    expect((await server.store.readRevocations(undefined)).entries).toMatchObject([{ sid: first.session_id }]);
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: 'session_revoked', sid: first.session_id, reason: 'refused_by_host' }),
    );
    await server.refreshed(other.refresh_token);
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a bare true', () => true],
    ['a word', () => ({ allowed: 'true' })],
    ['an empty object', () => ({})],
    ['a rejection', () => Promise.reject(new Error('the host is down'))],
    [
      'a throw',
      () => {
        throw new Error('the host is down');
      },
    ],
  ])('gives 503, and leaves the session as it was, where it gives %s', async (_name, answer) => {
    let isBroken = true;
    const onRefresh = () => (isBroken ? (answer() as RefreshVerdict) : { allowed: true });
    const server = await openServer({ kind, onRefresh });
    const first = await server.login();
    await server.advance(60);
    const refused = expectError(await server.refresh(first.refresh_token), 503, 'temporarily_unavailable');
    expect(refused.headers.get('retry-after')).toBe('1');
    isBroken = false;
    const again = expectStatus(await server.refresh(first.refresh_token), 200);
    expect(again.headers.get('tallystick-refresh')).toBe('rotate');
  });

  it('is not asked by whoever would not get anything: a replay, a made-up token, another client', async () => {
    let questions = 0;
    const onRefresh = () => {
      questions += 1;
      return { allowed: false };
    };
    const server = await openServer({ kind });
    const first = await server.login();
    await server.advance(60);
    const second = await server.refreshed(first.refresh_token);
    await server.advance(60);
    await server.refreshed(second.refresh_token);
    await server.advance(60);
    const vetoing = await openServer({ kind, onRefresh, store: server.store });
    expectError(await vetoing.refresh(first.refresh_token, { form: { client_id: 'other' } }), 400, 'invalid_grant');
    expectError(await vetoing.refresh(`${first.refresh_token}A`), 400, 'invalid_grant');
    expectError(await vetoing.refresh(first.refresh_token), 400, 'invalid_grant');
    expect(questions).toBe(0);
    expect(vetoing.events.map(({ type }) => type)).toContain('refresh_replayed');
  });

  it('does not bring back a session that was ended while it was asked', async () => {
    const server = await openServer({ kind });
    const first = await server.login();
    await server.advance(60);
    const onRefresh: OnRefresh = async ({ sid }) => {
      await server.auth.revokeSession(sid);
      return { allowed: true };
    };
    const slow = await openServer({ kind, onRefresh, store: server.store });
    expectError(await slow.refresh(first.refresh_token), 400, 'invalid_grant');
    expectError(await server.refresh(first.refresh_token), 400, 'invalid_grant');
  });
});
