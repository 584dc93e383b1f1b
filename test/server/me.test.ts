import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, issuer, openServer, storeKinds } from './open-server.ts';

describe.each(storeKinds)('GET /me, on the %s store', (kind) => {
  it('says who is signed in, in which session, on which device', async () => {
    const server = await openServer({ kind });
    const seconds = server.now() / 1000;
    const tokens = await server.login({ scope: 'a b' });
    expect(expectStatus(await server.me(tokens.access_token), 200).body).toEqual({
      sub: 'id-of-ada',
      session: {
        sid: tokens.session_id,
        auth_time: seconds,
        client_id: 'app',
        scope: 'a b',
        refresh_token_expires_at: tokens.refresh_token_expires_at,
        session_ends_at: tokens.session_ends_at,
      },
      device: expect.objectContaining({ id: tokens.device_id, current: true, signed_in: true }),
    });
  });

  it('takes an access token until it ends, and not a second longer', async () => {
    const server = await openServer({ kind });
    const tokens = await server.login();
    await server.advance(tokens.expires_in - 1);
    expectStatus(await server.me(tokens.access_token), 200);
    await server.advance(1);
    const answer = expectError(await server.me(tokens.access_token), 401, 'invalid_token');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
  });

  it('takes a session that began before the clock was set back, though as one that did not begin just now', async () => {
    const server = await openServer({ kind });
    const { refresh_token } = await server.login();
    await server.advance(-3600);
    const { access_token } = expectStatus(await server.refresh(refresh_token), 200).body;
    expectStatus(await server.me(access_token), 200);
    const answer = await server.ask('DELETE', '/devices', { bearer: access_token });
    expectError(answer, 401, 'insufficient_user_authentication');
  });

  it('takes a fresh token of another server, which knows the store’s clock better, but none from further ahead', async () => {
    const server = await openServer({ kind });
    const behind = await openServer({ store: server.store });
    await behind.me('');
    await server.advance(4);
    expectStatus(await behind.me((await server.login()).access_token), 200);
    await server.advance(3);
    expectError(await behind.me((await server.login()).access_token), 401, 'invalid_token');
  });
});

describe('GET /me', () => {
  it('tells a request without credentials how to ask, and gives no error code', async () => {
    const server = await openServer();
    for (const headers of [{}, { Authorization: 'Basic YWRhOnJpZ2h0' }, { Authorization: 'Bearer' }]) {
      const answer = expectError(await server.ask('GET', '/me', { headers }), 401, 'invalid_token');
      // RFC 6750 section 3: at least one parameter; section 3.1: no error code where no token was shown.
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]+"$/);
    }
  });

  it('takes the scheme in any case, and a token only in the header', async () => {
    const server = await openServer();
    const { access_token } = await server.login();
    expectStatus(await server.ask('GET', '/me', { headers: { Authorization: `bearer  ${access_token}` } }), 200);
    for (const bearer of [{}, { bearer: access_token }]) {
      const refused = expectError(
        await server.ask('GET', `/me?access_token=${access_token}`, bearer),
        400,
        'invalid_request',
      );
      expect(refused.headers.get('www-authenticate')).toBe(`Bearer realm="${issuer}", error="invalid_request"`);
    }
  });
});
