import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createProofKey, type ProofKey, type ProofOrder } from '../dpop/proof-key.ts';
import {
  type Answer,
  expectError,
  expectStatus,
  issuer,
  openServer,
  storeKinds,
  type TestServer,
} from './open-server.ts';

type Changes = Partial<ProofOrder>;

/** The header of a good proof by `key` for a path of the server. */
function proofFor(server: TestServer, key: ProofKey, path: string, changes: Changes = {}) {
  return { DPoP: key.prove({ url: issuer + path, now: server.now(), ...changes }) };
}

const login = (server: TestServer, key: ProofKey, changes?: Changes) =>
  server.login({}, { headers: proofFor(server, key, '/login', changes) });

const refresh = (server: TestServer, key: ProofKey, token: string, changes?: Changes) =>
  server.refresh(token, { headers: proofFor(server, key, '/token', changes) });

function me(server: TestServer, scheme: 'Bearer' | 'DPoP', accessToken: string, key?: ProofKey, changes: Changes = {}) {
  const proof = key ? proofFor(server, key, '/me', { method: 'GET', accessToken, ...changes }) : {};
  return server.ask('GET', '/me', { headers: { Authorization: `${scheme} ${accessToken}`, ...proof } });
}

const outcomeOf = ({ headers }: Answer) => headers.get('tallystick-refresh');

describe.each(storeKinds)('a session bound to a key, on the %s store', (kind) => {
  it('is made by a proof at /login, and is refreshed with proofs by the same key for life', async () => {
    const server = await openServer({ kind });
    const key = createProofKey();
    const tokens = await login(server, key);
    expect(tokens.token_type).toBe('Bearer');
    expect(decodeJwt(tokens.access_token)).not.toHaveProperty('cnf');
    const [session] = await server.store.findSessions([tokens.session_id]);
    expect(session?.keyThumbprint).toBe(key.thumbprint);
    let { refresh_token } = tokens;
    for (let round = 0; round < 3; round += 1) {
      await server.advance(60);
      const answer = expectStatus(await refresh(server, key, refresh_token), 200);
      expect(outcomeOf(answer)).toBe('rotate');
      ({ refresh_token } = answer.body);
    }
    expectStatus(await server.me(tokens.access_token), 200);
  });

  it('is not made by a refresh: a proof beside the token of a bearer session changes nothing', async () => {
    const server = await openServer({ kind });
    const tokens = await server.login();
    await server.advance(60);
    const answer = expectStatus(await refresh(server, createProofKey(), tokens.refresh_token), 200);
    const [session] = await server.store.findSessions([tokens.session_id]);
    expect(session?.keyThumbprint).toBeNull();
    await server.advance(60);
    expectStatus(await server.refresh(answer.body.refresh_token), 200);
  });

  it('is the device’s that its key has been on, and replaces the session there', async () => {
    const server = await openServer({ kind });
    const [key, other] = [createProofKey(), createProofKey()];
    const first = await login(server, key);
    const second = await login(server, key);
    const third = await login(server, other);
    expect(second.device_id).toBe(first.device_id);
    expect(third.device_id).not.toBe(first.device_id);
    await server.advance(60);
    expectError(await refresh(server, key, first.refresh_token), 400, 'invalid_grant');
    const ofBob = await server.login({ username: 'bob' }, { headers: proofFor(server, key, '/login') });
    expect(ofBob.device_id).not.toBe(first.device_id);
    expectStatus(await refresh(server, key, second.refresh_token), 200);
  });

  it('takes the same token again inside the window, with a fresh proof', async () => {
    const server = await openServer({ kind });
    const key = createProofKey();
    const { refresh_token } = await login(server, key);
    await server.advance(60);
    const answers = [await refresh(server, key, refresh_token), await refresh(server, key, refresh_token)];
    expect(answers.map(outcomeOf)).toEqual(['rotate', 'retry']);
    expect(answers[1]?.body.refresh_token).toBe(answers[0]?.body.refresh_token);
  });

  it('answers a proof that is no good with 400, and has changed nothing', async () => {
    const server = await openServer({ kind });
    const key = createProofKey();
    const { refresh_token } = await login(server, key);
    await server.advance(60);
    const written = server.store.writes.length;
    for (const claims of [{ htm: 'GET' }, { htu: `${issuer}/login` }, { jti: '' }, { ath: 'x' }]) {
      expectError(await refresh(server, key, refresh_token, { claims }), 400, 'invalid_dpop_proof');
    }
    expectError(await server.refresh(refresh_token, { headers: { DPoP: 'x' } }), 400, 'invalid_dpop_proof');
    const credentials = { json: { username: 'ada', password: 'right' } };
    const atLogin = await server.ask('POST', '/login', { ...credentials, headers: proofFor(server, key, '/token') });
    expectError(atLogin, 400, 'invalid_dpop_proof');
    expect(server.store.writes).toHaveLength(written);
    expect(outcomeOf(await refresh(server, key, refresh_token))).toBe('rotate');
  });

  it('is for clients whose clock is minutes off too: they are given a nonce and try again', async () => {
    const server = await openServer({ kind });
    const key = createProofKey();
    for (const minutes of [-5, 5]) {
      const now = server.now() + minutes * 60_000;
      const headers = proofFor(server, key, '/login', { now });
      const asked = await server.ask('POST', '/login', { json: { username: 'ada', password: 'right' }, headers });
      expectError(asked, 400, 'use_dpop_nonce');
      const nonce = asked.headers.get('dpop-nonce') ?? '';
      const { refresh_token } = await login(server, key, { now, nonce });
      await server.advance(60);
      const later = now + 60_000;
      expectError(await refresh(server, key, refresh_token, { now: later }), 400, 'use_dpop_nonce');
      const answer = expectStatus(await refresh(server, key, refresh_token, { now: later, nonce }), 200);
      expect(answer.headers.get('dpop-nonce')).toMatch(/^[\w-]{28}$/);
    }
  });

  it('asks for no nonce where the clock is right, and for one each time where the host wants it', async () => {
    const key = createProofKey();
    const lenient = await openServer({ kind });
    const headers = proofFor(lenient, key, '/login');
    const json = { username: 'ada', password: 'right' };
    expect((await lenient.ask('POST', '/login', { json, headers })).headers.get('dpop-nonce')).toBeNull();
    const strict = await openServer({ kind, requireDpopNonce: true });
    const asked = await strict.ask('POST', '/login', { json, headers: proofFor(strict, key, '/login') });
    expectError(asked, 400, 'use_dpop_nonce');
    await login(strict, key, { nonce: asked.headers.get('dpop-nonce') ?? '' });
    await strict.login();
  });

  it('fails closed while the store cannot say whether a proof was used', async () => {
    const server = await openServer({ kind });
    const key = createProofKey();
    const { refresh_token } = await login(server, key);
    await server.advance(60);
    server.store.fail(true);
    expectError(await refresh(server, key, refresh_token), 503, 'temporarily_unavailable');
    server.store.fail(false);
    expect(outcomeOf(await refresh(server, key, refresh_token))).toBe('rotate');
  });

  it('remembers nothing for a token that was not made here', async () => {
    const server = await openServer({ kind });
    expectError(await refresh(server, createProofKey(), 'tsr_AAAA'), 400, 'invalid_grant');
    expect(server.store.calls).not.toContain('rememberOnce');
  });

  it('can be made by the host, which has verified the proof itself', async () => {
    const server = await openServer({ kind });
    const key = createProofKey();
    const proof = { keyThumbprint: key.thumbprint };
    const created = await server.auth.createSession({ subject: 'eve', proof });
    const refresh_token = created.kind === 'created' ? created.tokens.refresh_token : '';
    await server.advance(60);
    expect(await server.auth.refresh({ refreshToken: refresh_token })).toMatchObject({ reason: 'wrong_key' });
    expect(await server.auth.refresh({ refreshToken: refresh_token, proof })).toMatchObject({ outcome: 'rotate' });
    expectStatus(await refresh(server, key, refresh_token), 200);
  });
});

describe.each(storeKinds)('access tokens bound to their session’s key, on the %s store', (kind) => {
  const open = () => openServer({ kind, bindAccessTokens: true });

  it('say so, and so does introspection', async () => {
    const server = await open();
    const key = createProofKey('Ed25519');
    const tokens = await login(server, key);
    expect(tokens.token_type).toBe('DPoP');
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: key.thumbprint });
    await server.advance(60);
    const { body } = await refresh(server, key, tokens.refresh_token);
    expect(body.token_type).toBe('DPoP');
    expect(decodeJwt(body.access_token).cnf).toEqual({ jkt: key.thumbprint });
    const bearer = await server.login();
    expect([bearer.token_type, decodeJwt(bearer.access_token).cnf]).toEqual(['Bearer', undefined]);
  });

  it('are taken with a proof that names them, by their key, once', async () => {
    const server = await open();
    const key = createProofKey();
    const { access_token } = await login(server, key);
    expectStatus(await me(server, 'DPoP', access_token, key), 200);
    const jti = 'used twice';
    expectStatus(await me(server, 'DPoP', access_token, key, { claims: { jti } }), 200);
    const again = await me(server, 'DPoP', access_token, key, { claims: { jti } });
    expectError(again, 401, 'invalid_dpop_proof');
    expect(again.headers.get('www-authenticate')).toBe(
      `DPoP realm="${issuer}", error="invalid_dpop_proof", algs="ES256 Ed25519"`,
    );
    for (const changes of [{ accessToken: 'another' }, { method: 'POST' }, { claims: { ath: undefined } }]) {
      expectError(await me(server, 'DPoP', access_token, key, changes), 401, 'invalid_dpop_proof');
    }
    expectError(await me(server, 'DPoP', access_token, createProofKey()), 401, 'invalid_dpop_proof');
    const bare = expectError(await me(server, 'DPoP', access_token), 401, 'invalid_dpop_proof');
    expect(bare.body.error_description).toBe('A DPoP proof is needed.');
  });

  it('are asked for with a nonce where the clock is off', async () => {
    const server = await open();
    const key = createProofKey();
    const { access_token } = await login(server, key);
    const now = server.now() - 300_000;
    const asked = await me(server, 'DPoP', access_token, key, { now });
    expectError(asked, 401, 'use_dpop_nonce');
    expect(asked.headers.get('www-authenticate')).toContain('DPoP realm');
    const nonce = asked.headers.get('dpop-nonce') ?? '';
    expectStatus(await me(server, 'DPoP', access_token, key, { now, nonce }), 200);
  });

  it('are not taken as bearer tokens, nor bearer tokens as bound ones', async () => {
    const server = await open();
    const key = createProofKey();
    const { access_token } = await login(server, key);
    for (const by of [undefined, key]) {
      const answer = await me(server, 'Bearer', access_token, by);
      expectError(answer, 401, 'invalid_token');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]+", error="invalid_token"$/);
    }
    const bearer = await server.login();
    expectError(await me(server, 'DPoP', bearer.access_token, key), 401, 'invalid_token');
    expectStatus(await me(server, 'Bearer', bearer.access_token), 200);
  });

  it('sign out without a proof, which takes nothing from anybody but their own session', async () => {
    const server = await open();
    const { access_token } = await login(server, createProofKey());
    const headers = { Authorization: `DPoP ${access_token}` };
    expectStatus(await server.ask('POST', '/logout', { headers }), 204);
    expect((await server.store.readRevocations(undefined)).entries).toHaveLength(1);
  });
});

it('lets pages of an allowed origin send proofs and read nonces', async () => {
  const server = await openServer({ allowedOrigins: ['https://app.example'] });
  const preflight = await server.ask('OPTIONS', '/token', {
    headers: { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' },
  });
  expect(preflight.headers.get('access-control-allow-headers')?.split(',')).toContain('DPoP');
  const answer = await server.ask('GET', '/me', { headers: { Origin: 'https://app.example' } });
  expect(answer.headers.get('access-control-expose-headers')?.split(',')).toContain('DPoP-Nonce');
});
