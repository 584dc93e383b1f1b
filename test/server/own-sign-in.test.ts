// Hosts that sign their users in on routes of their own, by passkeys or mail links, with sessions that are bound to a key.
import { describe, expect, it } from 'vitest';
import type { CreateSessionInput, KeyProof, VerifyProofResult } from '../../src/server/index.ts';
import { createProofKey, type ProofKey, type ProofOrder } from '../dpop/proof-key.ts';
import { expectError, expectStatus, issuer, openServer, type TestServer } from './open-server.ts';

const finish = { method: 'POST', url: 'https://app.example/passkey/finish' };

/** Has the server verify a proof for the host's own route; `changes` replace what a good one says. */
function verify(server: TestServer, key: ProofKey, changes: Partial<ProofOrder> = {}): Promise<VerifyProofResult> {
  const proof = key.prove({ ...finish, now: server.now(), ...changes });
  return server.auth.verifyProof({ ...finish, proof });
}

async function verified(server: TestServer, key: ProofKey, changes?: Partial<ProofOrder>): Promise<KeyProof> {
  const result = await verify(server, key, changes);
  if (result.kind !== 'verified') throw new Error(result.reason);
  return result.proof;
}

async function signIn(server: TestServer, key: ProofKey) {
  const result = await server.auth.createSession({ subject: 'ada', proof: await verified(server, key) });
  if (result.kind !== 'created') throw new Error(result.reason);
  return result.tokens;
}

describe.each(['stored', 'stateless'] as const)('a sign-in of the host’s own, with a proof, in %s mode', (mode) => {
  it('makes a session that is refreshed with its key and no other', async () => {
    const server = await openServer({ mode });
    const key = createProofKey();
    const { refresh_token } = await signIn(server, key);
    const headersBy = (by: ProofKey) => ({ DPoP: by.prove({ url: `${issuer}/token`, now: server.now() }) });
    expectError(await server.refresh(refresh_token), 400, 'invalid_grant');
    expectError(await server.refresh(refresh_token, { headers: headersBy(createProofKey()) }), 400, 'invalid_grant');
    expectStatus(await server.refresh(refresh_token, { headers: headersBy(key) }), 200);
  });

  it('is followed by refreshes on routes of the host’s own', async () => {
    const server = await openServer({ mode });
    const key = createProofKey();
    const { refresh_token: refreshToken } = await signIn(server, key);
    const wrong = await server.auth.refresh({ refreshToken, proof: await verified(server, createProofKey()) });
    expect(wrong).toEqual({ kind: 'refused', reason: 'wrong_key' });
    const right = await server.auth.refresh({ refreshToken, proof: await verified(server, key) });
    expect(right.kind).toBe('refreshed');
  });

  it('takes each proof once', async () => {
    const server = await openServer({ mode });
    const proof = await verified(server, createProofKey());
    expect((await server.auth.createSession({ subject: 'ada', proof })).kind).toBe('created');
    expect(await server.auth.createSession({ subject: 'ada', proof })).toEqual({
      kind: 'refused',
      reason: 'proof_replayed',
    });
  });
});

describe('the proof of a sign-in of the host’s own', () => {
  it.each<[string, Partial<ProofOrder>, string]>([
    ['for another method', { method: 'GET' }, 'wrong_htm'],
    ['for another address', { url: 'https://app.example/passkey/start' }, 'wrong_htu'],
    ['for /login', { url: `${issuer}/login` }, 'wrong_htu'],
    ['for an access token', { accessToken: 'of somebody' }, 'wrong_ath'],
  ])('is refused where it is %s', async (_what, changes, reason) => {
    const server = await openServer();
    const refused = { kind: 'refused', error: 'invalid_dpop_proof', reason, nextNonce: undefined };
    expect(await verify(server, createProofKey(), changes)).toEqual(refused);
  });

  it('is refused where it is signed by another key than its own', async () => {
    const server = await openServer();
    const result = await verify(server, createProofKey(), {
      header: { jwk: createProofKey().jwk },
    });
    expect(result).toMatchObject({ kind: 'refused', error: 'invalid_dpop_proof', reason: 'wrong_signature' });
  });

  it('of a clock that is off is mended by the nonce that comes with the refusal', async () => {
    const server = await openServer();
    const key = createProofKey();
    const late = { now: server.now() - 3_600_000 };
    const refused = await verify(server, key, late);
    expect(refused).toMatchObject({ kind: 'refused', error: 'use_dpop_nonce', reason: 'wrong_iat' });
    const mended = await verify(server, key, { ...late, nonce: refused.nextNonce });
    expect(mended).toMatchObject({ kind: 'verified', nextNonce: expect.any(String) });
  });

  it('needs a nonce where every proof does', async () => {
    const server = await openServer({ requireDpopNonce: true });
    const refused = await verify(server, createProofKey());
    expect(refused).toMatchObject({ error: 'use_dpop_nonce', reason: 'missing_nonce' });
    expect(await verify(server, createProofKey(), { nonce: refused.nextNonce })).toMatchObject({ kind: 'verified' });
  });

  it.each<[string, object]>([
    ['proof', { proof: null }],
    ['proof', { proof: undefined }],
    ['method', { method: '' }],
    ['url', { url: '/passkey/finish' }],
    ['url', { url: undefined }],
  ])('is told apart from a wrong %s of the host', async (member, changes) => {
    const server = await openServer();
    const verifying = server.auth.verifyProof({ ...finish, proof: 'no proof', ...changes });
    await expect(verifying).rejects.toThrow(TypeError);
    await expect(verifying).rejects.toThrow(new RegExp(`^${member}: `));
  });
});

it.each<[string, unknown]>([
  ['the header as it came', createProofKey().prove({ ...finish, now: Date.now() })],
  ['nothing', {}],
  ['null', null],
  ['a thumbprint by another name', { jkt: createProofKey().thumbprint }],
  ['no thumbprint', { keyThumbprint: 'mine' }],
  ['the whole result', { kind: 'verified', proof: { keyThumbprint: createProofKey().thumbprint } }],
])('a proof that is %s starts no session and refreshes none', async (_what, given) => {
  const server = await openServer();
  const proof = given as CreateSessionInput['proof'];
  const { refresh_token: refreshToken } = await server.login();
  const written = server.store.writes.length;
  for (const acting of [
    server.auth.createSession({ subject: 'ada', proof }),
    server.auth.signIn({ username: 'ada', password: 'right', proof }),
    server.auth.refresh({ refreshToken, proof }),
  ]) {
    await expect(acting).rejects.toThrow(TypeError);
    await expect(acting).rejects.toThrow(/^proof(\.keyThumbprint)?: not what verifyProof gave as its proof$/);
  }
  expect(server.store.writes).toHaveLength(written);
});
