// Attack: make an access token up, or change a genuine one, and show it to the server's own endpoints.
import { createHmac, createPublicKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { createProofKey } from '../../dpop/proof-key.ts';
import { expectError, expectStatus, issuer, openServer } from '../../server/open-server.ts';
import { base64url, createFakeKey, FakeIssuer, type Members, signRaw } from '../../verifier/fake-issuer.ts';
import { createMutator, createRandom } from '../../verifier/mutate-token.ts';

const parsePart = (part = ''): Members => JSON.parse(Buffer.from(part, 'base64url').toString());

/** A server, a token of it, and what insists that texts are refused there. */
async function openAttacked() {
  const server = await openServer();
  const { access_token: genuine, refresh_token } = await server.login();
  const [header = {}, claims = {}] = genuine.split('.').slice(0, 2).map(parsePart);
  const [jwk] = (await server.ask('GET', '/.well-known/jwks.json')).body.keys;
  /** In the same words wherever a token is taken; and the session goes on, untouched. */
  const expectRefused = async (texts: readonly string[]) => {
    const written = server.store.writes.length;
    const bodies = new Set<string>();
    for (const bearer of texts) {
      for (const [method, path] of [
        ['GET', '/me'],
        ['DELETE', '/devices'],
      ] as const) {
        bodies.add(expectError(await server.ask(method, path, { bearer }), 401, 'invalid_token').text);
      }
      expectError(await server.ask('POST', '/logout', { bearer }), 400, 'invalid_grant');
      expectStatus(await server.ask('POST', '/revoke', { form: { token: bearer } }), 200);
    }
    expect(bodies.size).toBe(1);
    expect(server.store.writes).toHaveLength(written);
    expectStatus(await server.me(genuine), 200);
  };
  return { server, genuine, refresh_token, header, claims, jwk, expectRefused };
}

const encode = (header: Members, claims: Members) =>
  `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;

it('is refused without a signature, whatever it calls its algorithm', async () => {
  const { genuine, header, claims, expectRefused } = await openAttacked();
  const signature = genuine.split('.')[2];
  const names = ['none', 'None', 'NONE', 'nOnE', '', 'HS256', 'ES384', 'EdDSA', null, [], ['ES256'], undefined];
  const texts = names.flatMap((alg) => {
    const input = encode({ ...header, alg }, claims);
    return [`${input}.`, `${input}.AA`, `${input}.${signature}`];
  });
  await expectRefused(texts);
});

it('is refused with a MAC under the public key, in whatever form that is the secret', async () => {
  const { header, claims, jwk, expectRefused } = await openAttacked();
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const pem = key.export({ type: 'spki', format: 'pem' });
  const secrets = [
    pem,
    String(pem).trim(),
    key.export({ type: 'spki', format: 'der' }),
    JSON.stringify(jwk),
    jwk.x,
    '',
  ];
  const texts = secrets.flatMap((secret) =>
    ['HS256', 'ES256'].map((alg) => {
      const input = encode({ ...header, alg }, claims);
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
    }),
  );
  await expectRefused(texts);
});

it('is refused where it brings its own key, or goes by the name of the server’s', async () => {
  const { header, claims, expectRefused } = await openAttacked();
  const mallory = createFakeKey('ES256', String(header.kid));
  const headers = [
    header,
    { ...header, jwk: mallory.jwk },
    { ...header, kid: undefined, jwk: mallory.jwk, jku: 'https://evil.example/jwks.json', x5c: ['MIIB'] },
    { ...header, kid: '__proto__' },
    { ...header, kid: [header.kid] },
  ];
  await expectRefused(headers.map((changed) => signRaw(mallory, JSON.stringify(changed), JSON.stringify(claims))));
});

it('is refused where it is another kind of token of the same people', async () => {
  const { server, refresh_token, claims, expectRefused } = await openAttacked();
  const stateless = await openServer({ mode: 'stateless', allowBearerRefresh: true });
  const other = await openServer({ issuer: 'https://other.example' });
  const texts = [
    (await other.login()).access_token,
    createProofKey().prove({ url: `${issuer}/me`, method: 'GET', now: Number(claims.iat) * 1000 }),
  ];
  await expectRefused(texts);
  // These do end their session where they are shown for that.
  for (const bearer of [refresh_token, (await stateless.login()).refresh_token]) {
    expectError(await server.ask('GET', '/me', { bearer }), 401, 'invalid_token');
    expectError(await server.ask('DELETE', '/devices', { bearer }), 401, 'invalid_token');
  }
});

const seed = Date.now() % 2 ** 31;

it(`is refused where chance has changed it (seed ${seed})`, async () => {
  const { genuine, header, expectRefused } = await openAttacked();
  const mutate = createMutator(new FakeIssuer(createFakeKey('ES256', String(header.kid))), createRandom(seed));
  const changed = Array.from({ length: 200 }, () => mutate(genuine));
  await expectRefused(changed.filter((text) => text !== genuine && /^[\x21-\x7e]+$/.test(text)));
});
