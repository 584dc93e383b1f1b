// Attack: a stateless refresh token that is made up, taken for something else, used by somebody else, or brought back.
import { createHmac, createPublicKey, hkdfSync, randomBytes } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { createVerifier } from '../../../src/verifier/index.ts';
import { encode } from '../../dpop/proof-key.ts';
import { createKeyHolder, type KeyHolder } from '../../server/key-holder.ts';
import {
  expectError,
  expectStatus,
  issuer,
  openServer,
  secret,
  type TestServer,
  type Tokens,
} from '../../server/open-server.ts';

let server: TestServer;
let owner: KeyHolder;
let tokens: Tokens;

beforeEach(async () => {
  server = await openServer({ mode: 'stateless' });
  owner = createKeyHolder();
  tokens = await owner.login(server);
});

/** What is genuine of a token, with other members; signed under `key`. */
function forge(key: Buffer | string, claims: object = {}, header: object = {}, genuine = tokens.refresh_token): string {
  const head = { ...decodeProtectedHeader(genuine), ...header };
  const input = `${encode(head)}.${encode({ ...decodeJwt(genuine), ...claims })}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

/** The server's own key for `purpose`, for tokens that only it could make. */
function ownKey(purpose: string, root = secret): Buffer {
  return Buffer.from(hkdfSync('sha256', root, '', `tallystick ${purpose}`, 32));
}

const statelessKey = ownKey(`stateless-refresh-token ${issuer}`);

/** Insists that a text is refused wherever a refresh token is taken, by its owner's key too, without a look at the store. */
async function expectRefused(text: string): Promise<void> {
  const before = server.store.calls.length;
  expectError(await owner.refresh(server, text), 400, 'invalid_grant');
  expectError(await server.ask('POST', '/logout', { form: { refresh_token: text } }), 400, 'invalid_grant');
  expect(server.store.calls.slice(before)).toEqual([]);
}

describe('a stateless refresh token', () => {
  it('can be made with the key that this test knows, so that what is refused below is refused for its own reason', async () => {
    await owner.refreshed(server, forge(statelessKey));
  });

  it('with any one letter changed is refused unread', async () => {
    const letters = [...tokens.refresh_token];
    const places = [...letters.keys()].filter((place) => place % 7 === 0 || place > letters.length - 44);
    for (const place of places) {
      const changed = letters.with(place, letters[place] === 'A' ? 'B' : 'A').join('');
      if (changed !== tokens.refresh_token) expect((await owner.refresh(server, changed)).status).not.toBe(200);
    }
  });

  it('under another key than its own is refused: none, the root secret, another purpose’s, or another issuer’s', async () => {
    const keys = [
      '',
      secret,
      randomBytes(32),
      ownKey(`refresh-token ${issuer}`),
      ownKey(`dpop-nonce ${issuer}`),
      ownKey('signing-key'),
      ownKey('stateless-refresh-token https://other.example'),
    ];
    for (const key of keys) await expectRefused(forge(key));
  });

  it('under a public key as if that were a secret is refused, in every spelling of the key', async () => {
    const { keys } = await server.auth.publicKeys();
    for (const jwk of keys) {
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
      const pem = String(key.export({ format: 'pem', type: 'spki' }));
      const spellings = [
        pem,
        pem.trim(),
        key.export({ format: 'der', type: 'spki' }),
        JSON.stringify(jwk),
        String(jwk.x),
      ];
      for (const spelling of spellings) {
        await expectRefused(forge(spelling));
        await expectRefused(forge(spelling, {}, { kid: jwk.kid }));
      }
    }
  });

  it('that names another algorithm or kind is refused, with a good MAC too', async () => {
    for (const alg of ['none', 'None', '', 'HS384', 'ES256', 'Ed25519', ['HS256'], null]) {
      await expectRefused(forge(statelessKey, {}, { alg }));
    }
    for (const typ of ['JWT', 'at+jwt', 'dpop+jwt', 'application/rt+jwt', 'RT+JWT', undefined]) {
      await expectRefused(forge(statelessKey, {}, { typ }));
    }
    const [head = '', claims = ''] = tokens.refresh_token.split('.');
    await expectRefused(`${head}.${claims}.`);
    await expectRefused(`${head}.${claims}`);
  });

  it('that is for others, or says what none of ours says, is refused with a good MAC too', async () => {
    const claims = [
      { iss: 'https://other.example' },
      { aud: issuer },
      { aud: [`${issuer}/token`] },
      { sub: '' },
      { sid: 'AAAA' },
      { exp: '9999999999' },
      { cnf: { jkt: 'short' } },
      { cnf: { jkt: owner.key.thumbprint, more: 1 } },
      { generation: -1 },
      { generation: 2 ** 32 },
      { admin: true },
    ];
    for (const changed of claims) await expectRefused(forge(statelessKey, changed));
  });

  it('of another user’s session has no home there', async () => {
    expectError(await owner.refresh(server, forge(statelessKey, { sub: 'id-of-ben' })), 400, 'invalid_grant');
  });

  it('of a server with another root secret is nothing here, once the secret cannot be on its way any more', async () => {
    const other = await openServer({ mode: 'stateless', secrets: ['a root secret that nobody else has'] });
    const foreign = await owner.login(other);
    const { status } = await owner.refresh(server, foreign.refresh_token);
    expect([400, 503]).toContain(status);
  });

  it('is worth nothing without a proof, and with a proof by another key', async () => {
    expectError(await server.refresh(tokens.refresh_token), 400, 'invalid_grant');
    expectError(await createKeyHolder().refresh(server, tokens.refresh_token), 400, 'invalid_grant');
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: 'refresh_wrong_key', sid: tokens.session_id }),
    );
    await owner.refreshed(server, tokens.refresh_token);
  });

  it('without a key is refused where those are not allowed, whoever made it', async () => {
    const bearer = forge(statelessKey, { cnf: undefined });
    expectError(await server.refresh(bearer), 400, 'invalid_grant');
    expectError(await owner.refresh(server, bearer), 400, 'invalid_grant');
  });

  it('is refused with a proof that was used before', async () => {
    const headers = owner.proof(server, '/token');
    expectStatus(await server.refresh(tokens.refresh_token, { headers }), 200);
    expectError(await server.refresh(tokens.refresh_token, { headers }), 400, 'invalid_dpop_proof');
  });

  it('is refused after its end, though nobody has revoked it', async () => {
    const now = Math.floor(server.now() / 1000);
    expectError(await owner.refresh(server, forge(statelessKey, { exp: now })), 400, 'invalid_grant');
    expectError(await owner.refresh(server, forge(statelessKey, { session_ends_at: now })), 400, 'invalid_grant');
  });
});

describe('tokens of two kinds', () => {
  it('are never taken for each other: a refresh token where an access token is needed', async () => {
    expectError(await server.me(tokens.refresh_token), 401, 'invalid_token');
    const disguised = [
      forge(statelessKey, { aud: issuer, jti: 'x' }, { typ: 'at+jwt' }),
      forge(statelessKey, {}, { typ: 'at+jwt', kid: decodeProtectedHeader(tokens.access_token).kid }),
    ];
    for (const token of disguised) expectError(await server.me(token), 401, 'invalid_token');
    const jwks = () => server.auth.publicKeys();
    const verifier = createVerifier({ issuer, audience: `${issuer}/token`, jwks, now: server.now });
    for (const token of [tokens.refresh_token, ...disguised]) expect((await verifier.verify(token)).ok).toBe(false);
    await verifier.close();
  });

  it('are never taken for each other: an access token where a refresh token is needed', async () => {
    expectError(await owner.refresh(server, tokens.access_token), 400, 'invalid_grant');
    expectError(await owner.refresh(server, owner.proof(server, '/token').DPoP), 400, 'invalid_grant');
  });

  it('of the mode that is not accepted are refused unread, and end nothing', async () => {
    const stored = await openServer({ store: server.store });
    const other = await owner.login(stored);
    await expectRefused(other.refresh_token);
    expectError(await owner.refresh(stored, tokens.refresh_token), 400, 'invalid_grant');
    await owner.refreshed(stored, other.refresh_token);
    await owner.refreshed(server, tokens.refresh_token);
  });
});

describe('a session that was revoked', () => {
  it('does not come back through a server of the other mode, whichever token of it is presented', async () => {
    const stored = await openServer({ store: server.store, accept: 'stateless' });
    const moving = await openServer({ store: server.store, mode: 'stateless', accept: 'stored' });
    const newer = await owner.refreshed(server, tokens.refresh_token);
    const converted = await owner.refreshed(stored, tokens.refresh_token);
    const back = await owner.refreshed(moving, converted.refresh_token);
    expectStatus(await server.ask('POST', '/logout', { bearer: newer.access_token }), 204);
    for (const each of [stored, moving, server]) {
      for (const token of [tokens, newer, converted, back]) {
        expectError(await owner.refresh(each, token.refresh_token), 400, 'invalid_grant');
        expectStatus(await each.me(token.access_token), 401);
      }
    }
  });

  it('does not come back by signing out a session of somebody else’s naming', async () => {
    expectStatus(await server.ask('POST', '/logout', { form: { refresh_token: tokens.refresh_token } }), 204);
    const others = await createKeyHolder().login(server);
    expectStatus(await server.ask('DELETE', '/devices', { bearer: others.access_token }), 200);
    expectStatus(await server.ask('DELETE', '/devices', { bearer: tokens.access_token }), 401);
    expectError(await owner.refresh(server, tokens.refresh_token), 400, 'invalid_grant');
  });

  it('stays ended at every level of not-before, whichever was said first', async () => {
    const other = createKeyHolder();
    const kept = await other.login(server);
    await server.advance(1);
    expectStatus(await server.ask('DELETE', '/devices', { bearer: kept.access_token }), 200);
    await other.refreshed(server, kept.refresh_token);
    await server.auth.revokeSessions('id-of-ada');
    expectError(await other.refresh(server, kept.refresh_token), 400, 'invalid_grant');
    await server.advance(1);
    const last = await other.login(server);
    await server.advance(1);
    await server.auth.revokeAllSessions();
    expectError(await other.refresh(server, last.refresh_token), 400, 'invalid_grant');
    expectError(await owner.refresh(server, tokens.refresh_token), 400, 'invalid_grant');
  });
});
