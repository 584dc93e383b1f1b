// Attack: the refresh token of a key-bound session is stolen, and presented without the key: with none, with the thief's own,
// with a proof of the owner's that was overheard, inside the retry window and outside, before the owner and after.
import { describe, expect, it } from 'vitest';
import { createProofKey, type ProofKey } from '../../dpop/proof-key.ts';
import {
  expectError,
  expectStatus,
  issuer,
  openServer,
  storeKinds,
  type TestServer,
} from '../../server/open-server.ts';

function proof(server: TestServer, key: ProofKey, path = '/token', claims = {}) {
  return { DPoP: key.prove({ url: issuer + path, now: server.now(), claims }) };
}

async function signIn(server: TestServer, key: ProofKey) {
  return server.login({}, { headers: proof(server, key, '/login') });
}

describe.each(storeKinds)('on the %s store', (kind) => {
  it.each([
    ['at once', 0],
    ['a minute later', 60],
    ['inside the owner’s retry window', -1],
  ])('gets nothing and changes nothing, %s', async (_name, seconds) => {
    const server = await openServer({ kind });
    const [owner, thief] = [createProofKey(), createProofKey()];
    const stolen = await signIn(server, owner);
    await server.advance(60);
    if (seconds < 0) expectStatus(await server.refresh(stolen.refresh_token, { headers: proof(server, owner) }), 200);
    else await server.advance(seconds);
    const [before] = await server.store.findSessions([stolen.session_id]);
    server.events.length = 0;

    expectError(await server.refresh(stolen.refresh_token), 400, 'invalid_grant');
    expectError(await server.refresh(stolen.refresh_token, { headers: proof(server, thief) }), 400, 'invalid_grant');

    expect(await server.store.findSessions([stolen.session_id])).toEqual([before]);
    expect((await server.store.readRevocations(undefined)).entries).toEqual([]);
    const told = { type: 'refresh_wrong_key', sid: stolen.session_id, subject: 'id-of-ada' };
    expect(server.events).toEqual([expect.objectContaining(told), expect.objectContaining(told)]);
    expectStatus(await server.refresh(stolen.refresh_token, { headers: proof(server, owner) }), 200);
  });

  it('gets nothing with a long superseded token either, and does not end the owner’s session by it', async () => {
    const server = await openServer({ kind });
    const [owner, thief] = [createProofKey(), createProofKey()];
    const stolen = await signIn(server, owner);
    let { refresh_token } = stolen;
    for (let round = 0; round < 5; round += 1) {
      await server.advance(60);
      const answer = await server.refresh(refresh_token, { headers: proof(server, owner) });
      ({ refresh_token } = expectStatus(answer, 200).body);
    }
    await server.advance(60);
    for (const headers of [{}, proof(server, thief)]) {
      expectError(await server.refresh(stolen.refresh_token, { headers }), 400, 'invalid_grant');
    }
    expectStatus(await server.refresh(refresh_token, { headers: proof(server, owner) }), 200);
  });

  it('gets nothing with a proof that was overheard, on whichever server', async () => {
    const server = await openServer({ kind });
    const second = await openServer({ store: server.store });
    const owner = createProofKey();
    const stolen = await signIn(server, owner);
    await server.advance(60);
    const headers = proof(server, owner);
    expectStatus(await server.refresh(stolen.refresh_token, { headers }), 200);
    const written = server.store.writes.length;
    for (const each of [server, second]) {
      expectError(await each.refresh(stolen.refresh_token, { headers }), 400, 'invalid_dpop_proof');
    }
    expect(server.store.writes).toHaveLength(written);
  });

  it('gets nothing with a proof for another server that it has the owner make, whatever it calls this one', async () => {
    const server = await openServer({ kind });
    const owner = createProofKey();
    const { refresh_token } = await signIn(server, owner);
    await server.advance(60);
    const refreshAt = (host: string, htu: string) =>
      server.auth.handler(
        new Request(`${host}/token`, {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token }),
          headers: { DPoP: owner.prove({ url: htu, now: server.now() }) },
        }),
      );
    const evil = 'https://evil.example';
    for (const host of [evil, issuer]) expect((await refreshAt(host, `${evil}/token`)).status).toBe(400);
    // A proxy before us may call us by any name.
    expect((await refreshAt('http://10.0.0.7:3000', `${issuer}/token`)).status).toBe(200);
  });

  it('gets one of a hundred answers, where an overheard proof races its original on two servers', async () => {
    const server = await openServer({ kind });
    const second = await openServer({ store: server.store });
    const owner = createProofKey();
    const stolen = await signIn(server, owner);
    await server.advance(60);
    await second.ask('GET', '/readyz');
    const headers = proof(server, owner);
    const racing = Array.from({ length: 50 }, () =>
      [server, second].map((each) => each.refresh(stolen.refresh_token, { headers })),
    );
    const answers = await Promise.all(racing.flat());
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(99).fill(400)]);
  });

  it('gets nothing with an overheard proof whose time is up, or that was for signing in', async () => {
    const server = await openServer({ kind });
    const owner = createProofKey();
    const stolen = await signIn(server, owner);
    const [unused, atLogin] = [proof(server, owner), proof(server, owner, '/login')];
    await server.advance(30);
    expectError(await server.refresh(stolen.refresh_token, { headers: atLogin }), 400, 'invalid_dpop_proof');
    await server.advance(31);
    expectError(await server.refresh(stolen.refresh_token, { headers: unused }), 400, 'use_dpop_nonce');
  });

  it('cannot bind a bearer session to the thief’s key and so lock the owner out', async () => {
    const server = await openServer({ kind });
    const stolen = await server.login();
    await server.advance(60);
    expectStatus(await server.refresh(stolen.refresh_token, { headers: proof(server, createProofKey()) }), 200);
    await server.advance(60);
    const owned = expectStatus(await server.refresh(stolen.refresh_token), 200);
    await server.advance(60);
    expectStatus(await server.refresh(owned.body.refresh_token), 200);
  });

  it('cannot use up a proof of the owner’s beforehand', async () => {
    const server = await openServer({ kind });
    const [owner, thief] = [createProofKey(), createProofKey()];
    const stolen = await signIn(server, owner);
    await server.advance(60);
    const jti = 'foreseen';
    await server.refresh(stolen.refresh_token, { headers: proof(server, thief, '/token', { jti }) });
    const headers = proof(server, owner, '/token', { jti });
    expectStatus(await server.refresh(stolen.refresh_token, { headers }), 200);
  });

  it('cannot sign in on the owner’s device with the password and an overheard proof', async () => {
    const server = await openServer({ kind });
    const owner = createProofKey();
    const headers = proof(server, owner, '/login');
    const owned = await server.login({}, { headers });
    const json = { username: 'ada', password: 'right' };
    expectError(await server.ask('POST', '/login', { json, headers }), 400, 'invalid_dpop_proof');
    await server.advance(60);
    expectStatus(await server.refresh(owned.refresh_token, { headers: proof(server, owner) }), 200);
  });
});
