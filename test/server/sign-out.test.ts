import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, openServer, storeKinds } from './open-server.ts';

describe.each(storeKinds)('signing out, on the %s store', (kind) => {
  it.each([
    ['the refresh token as a form', ({ refresh_token }: Held) => ({ form: { refresh_token } })],
    ['the refresh token as JSON', ({ refresh_token }: Held) => ({ json: { refresh_token } })],
    ['the access token', ({ access_token }: Held) => ({ bearer: access_token })],
  ])('ends the session of %s, again and again', async (_what, asked) => {
    const server = await openServer({ kind });
    const [tokens, other] = [await server.login(), await server.login()];
    for (let round = 0; round < 3; round += 1) {
      const answer = expectStatus(await server.ask('POST', '/logout', asked(tokens)), 204);
      expect([answer.text, answer.headers.get('cache-control')]).toEqual(['', 'no-store']);
    }
    expectError(await server.refresh(tokens.refresh_token), 400, 'invalid_grant');
    expectError(await server.me(tokens.access_token), 401, 'invalid_token');
    expect((await server.me(other.access_token)).status).toBe(200);
    const { entries } = await server.store.readRevocations(undefined);
    expect(entries).toMatchObject([{ sid: tokens.session_id }]);
  });

  it('takes tokens of any age', async () => {
    const server = await openServer({ kind });
    const [first, second] = [await server.login(), await server.login()];
    await server.advance(60);
    const ofFirst = await server.refreshed(first.refresh_token);
    await server.advance(86_400);
    expectStatus(await server.ask('POST', '/logout', { form: { refresh_token: first.refresh_token } }), 204);
    expectStatus(await server.ask('POST', '/logout', { bearer: second.access_token }), 204);
    expectError(await server.refresh(ofFirst.refresh_token), 400, 'invalid_grant');
    expectError(await server.refresh(second.refresh_token), 400, 'invalid_grant');
  });

  it('revokes as RFC 7009 wants it: 200 for every token, known or not, whatever the hint', async () => {
    const server = await openServer({ kind });
    const tokens = [await server.login(), await server.login(), await server.login()];
    const [one, two, three] = tokens.map(({ refresh_token, access_token }) => ({ refresh_token, access_token }));
    const revoke = (form: Record<string, string | undefined>) =>
      server.ask('POST', '/revoke', { form: form as Record<string, string> });
    const forms = [
      { token: one?.refresh_token },
      { token: one?.refresh_token },
      { token: two?.access_token, token_type_hint: 'refresh_token' },
      { token: three?.refresh_token, token_type_hint: 'no-such-hint' },
      { token: 'nobody knows this one', token_type_hint: 'access_token' },
    ];
    // With a body: clients that read JSON of every answer choke on none.
    for (const form of forms) expect(expectStatus(await revoke(form), 200).body).toEqual({});
    for (const { refresh_token } of tokens) expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
    expectError(await revoke({}), 400, 'invalid_request');
  });

  it('ends a session for good, whatever refresh is under way', async () => {
    const server = await openServer({ kind });
    for (let round = 0; round < 20; round += 1) {
      const { refresh_token, access_token } = await server.login();
      await server.advance(60);
      const acts = [
        () => server.refresh(refresh_token),
        () => server.ask('POST', '/logout', { bearer: access_token }),
        () => server.refresh(refresh_token),
      ];
      const answers = await Promise.all((round % 2 ? acts : acts.toReversed()).map((act) => act()));
      for (const { body } of answers) {
        if (body?.refresh_token) expectError(await server.refresh(body.refresh_token), 400, 'invalid_grant');
      }
    }
  });
});

describe('signing out', () => {
  it('wants a token, and a genuine one', async () => {
    const server = await openServer();
    const { refresh_token } = await server.login();
    expectError(await server.ask('POST', '/logout'), 400, 'invalid_request');
    expectError(await server.ask('POST', '/logout', { json: {} }), 400, 'invalid_request');
    expectError(await server.ask('POST', '/logout', { form: { refresh_token: 'x' } }), 400, 'invalid_grant');
    expectError(await server.ask('POST', '/logout', { bearer: 'x' }), 400, 'invalid_grant');
    await server.refreshed(refresh_token);
  });

  it('tells who ended what, once', async () => {
    const server = await openServer();
    const { access_token, session_id, device_id } = await server.login();
    for (let round = 0; round < 3; round += 1) await server.ask('POST', '/logout', { bearer: access_token });
    expect(server.events.filter(({ type }) => type === 'session_revoked')).toEqual([
      { type: 'session_revoked', subject: 'id-of-ada', sid: session_id, deviceId: device_id, reason: 'signed_out' },
    ]);
  });
});

interface Held {
  readonly access_token: string;
  readonly refresh_token: string;
}
