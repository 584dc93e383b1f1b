import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, openServer, storeKinds } from './open-server.ts';
import { bankSecret, basic, shopSecret, someClients } from './some-clients.ts';

const shopInBody = { client_id: 'shop:1', client_secret: shopSecret };

describe.each(storeKinds)('client authentication, on the %s store', (kind) => {
  const open = () => openServer({ kind, clients: someClients, retryWindowSeconds: 1 });

  it('is asked of a confidential client that signs a user in, and of no other', async () => {
    const server = await open();
    const json = { username: 'ada', password: 'right' };
    await server.login();
    await server.login({ client_id: 'app' });
    expectError(await server.ask('POST', '/login', { json: { ...json, client_id: 'shop:1' } }), 401, 'invalid_client');
    expectError(await server.ask('POST', '/login', { json: { ...json, client_id: 'x' } }), 400, 'unauthorized_client');
    await server.login(shopInBody);
    await server.login({}, { headers: basic('shop:1', shopSecret) });
  });

  it('takes the secret in the header or in the body', async () => {
    const server = await open();
    const { refresh_token } = await server.login(shopInBody);
    await server.advance(60);
    const next = await server.refreshed(refresh_token, { headers: basic('shop:1', shopSecret) });
    await server.advance(60);
    await server.refreshed(next.refresh_token, { form: shopInBody });
  });

  // RFC 6749 section 2.3.1 has both parts form-encoded; what most clients send is RFC 7617's `id:secret`.
  it.each(['1 + 1 = 10%', 'a+b', 'a%20b', 'a%zz', 'a:b', ':', '%'])(
    'takes %j form-encoded and as it is',
    async (secret) => {
      const secretSha256 = createHash('sha256').update(secret).digest('hex');
      const server = await openServer({ kind, clients: [{ clientId: 'shop', secretSha256 }] });
      const { refresh_token } = await server.login({ client_id: 'shop', client_secret: secret });
      const asItIs = { Authorization: `Basic ${btoa(`shop:${secret}`)}` };
      for (const headers of [basic('shop', secret), asItIs]) await server.refreshed(refresh_token, { headers });
      const wrong = { Authorization: `Basic ${btoa(`shop:${secret}x`)}` };
      expectError(await server.refresh(refresh_token, { headers: wrong }), 401, 'invalid_client');
    },
  );

  it('changes nothing for a session of a confidential client without it', async () => {
    const server = await open();
    const { refresh_token } = await server.login(shopInBody);
    await server.advance(60);
    const { refresh_token: next } = await server.refreshed(refresh_token, { form: shopInBody });
    await server.advance(60);
    const written = server.store.writes.length;
    for (const form of [{}, { client_id: 'shop:1' }]) {
      const answer = expectError(await server.refresh(next, { form }), 401, 'invalid_client');
      expect(answer.headers.get('www-authenticate')).toBeNull();
    }
    const replayed = await server.refresh(refresh_token);
    expectError(replayed, 401, 'invalid_client');
    expect(server.store.writes).toHaveLength(written);
    await server.refreshed(next, { form: shopInBody });
  });

  it('refuses its token in the name of another client as any token that is no good, and changes nothing', async () => {
    const server = await open();
    const { refresh_token, access_token } = await server.login(shopInBody);
    await server.advance(60);
    const written = server.store.writes.length;
    const madeUp = await server.refresh('tsr_made-up');
    for (const clientId of ['app', 'bank', 'nobody']) {
      const form = { client_id: clientId };
      const answer = expectError(await server.refresh(refresh_token, { form }), 400, 'invalid_grant');
      expect(answer.text).toBe(madeUp.text);
      for (const token of [refresh_token, access_token]) {
        const revoked = await server.ask('POST', '/revoke', { form: { token, ...form } });
        expect(expectError(revoked, 400, 'invalid_grant').text).toBe(madeUp.text);
      }
    }
    expect(server.store.writes).toHaveLength(written);
    await server.refreshed(refresh_token, { form: shopInBody });
  });

  it('answers a wrong secret, an unknown client and a public one with a secret alike', async () => {
    const server = await open();
    const { refresh_token } = await server.login();
    const wrong = [
      basic('shop:1', bankSecret),
      basic('shop:1', ''),
      basic('nobody', shopSecret),
      basic('app', shopSecret),
      { Authorization: `Basic ${btoa('app:%zz')}` },
      { Authorization: `Basic ${btoa(':')}` },
      basic('not a client', ''),
      { Authorization: 'Basic' },
      { Authorization: 'Basic ' },
      { Authorization: `Basic ${btoa('no colon')}` },
      { Authorization: `Basic ${btoa('%zz:%zz')}` },
    ];
    const answers = [];
    for (const headers of wrong) answers.push(await server.refresh(refresh_token, { headers }));
    for (const answer of answers) {
      expectError(answer, 401, 'invalid_client');
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="tallystick"');
    }
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    await server.refreshed(refresh_token);
  });

  it('is not what an empty secret in the header of a client without one is: that names the client', async () => {
    const server = await open();
    const { refresh_token } = await server.login({}, { headers: basic('app', '') });
    await server.advance(60);
    const { refresh_token: next } = await server.refreshed(refresh_token, { headers: basic('app', '') });
    await server.advance(60);
    const other = { headers: basic('nobody', '') };
    expectError(await server.refresh(next, other), 400, 'invalid_grant');
    expectStatus(await server.ask('POST', '/revoke', { form: { token: next }, headers: basic('app', '') }), 200);
    const json = { username: 'ada', password: 'right' };
    expectError(await server.ask('POST', '/login', { json, ...other }), 400, 'unauthorized_client');
    const asked = { form: { token: next }, headers: basic('app', '') };
    expectError(await server.ask('POST', '/introspect', asked), 401, 'invalid_client');
  });

  it('is challenged for where it was tried with the header in another scheme, and nowhere else', async () => {
    const server = await open();
    const { refresh_token } = await server.login(shopInBody);
    const calls = [
      ['/introspect', { form: { token: refresh_token } }],
      ['/revoke', { form: { token: refresh_token } }],
      ['/token', { form: { grant_type: 'refresh_token', refresh_token } }],
      ['/login', { json: { username: 'ada', password: 'right', client_id: 'shop:1' } }],
    ] as const;
    for (const [path, asked] of calls) {
      const tried = expectError(await server.ask('POST', path, { ...asked, bearer: 'x' }), 401, 'invalid_client');
      expect(tried.headers.get('www-authenticate')).toBe('Basic realm="tallystick"');
      const untried = expectError(await server.ask('POST', path, asked), 401, 'invalid_client');
      expect(untried.headers.get('www-authenticate')).toBeNull();
    }
  });

  it('refuses a client that authenticates itself twice, or names another beside itself', async () => {
    const server = await open();
    const { refresh_token } = await server.login(shopInBody);
    const headers = basic('shop:1', shopSecret);
    expectError(await server.refresh(refresh_token, { headers, form: shopInBody }), 400, 'invalid_request');
    expectError(await server.refresh(refresh_token, { headers, form: { client_id: 'bank' } }), 400, 'invalid_request');
    await server.refreshed(refresh_token, { headers, form: { client_id: 'shop:1' } });
  });

  it('gives one confidential client nothing of another’s session, nor of a public one’s', async () => {
    const server = await open();
    const headers = basic('bank', bankSecret);
    for (const client of [shopInBody, {}]) {
      const { refresh_token } = await server.login(client);
      expectError(await server.refresh(refresh_token, { headers }), 400, 'invalid_grant');
      expectError(
        await server.ask('POST', '/revoke', { form: { token: refresh_token }, headers }),
        400,
        'invalid_grant',
      );
      await server.refreshed(refresh_token, { form: client });
    }
  });

  it('is asked of whoever revokes a session of a confidential client', async () => {
    const server = await open();
    const { refresh_token, access_token } = await server.login(shopInBody);
    for (const token of [refresh_token, access_token]) {
      expectError(await server.ask('POST', '/revoke', { form: { token } }), 401, 'invalid_client');
    }
    expectStatus(await server.me(access_token), 200);
    const form = { token: refresh_token, ...shopInBody };
    for (let round = 0; round < 2; round += 1) expectStatus(await server.ask('POST', '/revoke', { form }), 200);
    expectError(await server.me(access_token), 401, 'invalid_token');
  });

  it('lets a public session be revoked by its holder, and in the name of its own client alone', async () => {
    const server = await open();
    const { refresh_token, access_token } = await server.login();
    const revoke = (form: Record<string, string>) =>
      server.ask('POST', '/revoke', { form: { token: refresh_token, ...form } });
    expectError(await revoke({ client_id: 'other' }), 400, 'invalid_grant');
    expectStatus(await server.me(access_token), 200);
    expectStatus(await revoke({ client_id: 'app' }), 200);
    expectError(await server.me(access_token), 401, 'invalid_token');
    expectStatus(await server.ask('POST', '/revoke', { form: { token: 'not a token' } }), 200);
  });
});
