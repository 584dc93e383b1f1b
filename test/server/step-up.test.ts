// Step-up from end to end (RFC 9470): a resource server wants a recent sign-in, a refresh does not make one, a sign-in does.
import { expect, it, onTestFinished } from 'vitest';
import { createVerifier } from '../../src/verifier/index.ts';
import { issuer, openServer, type Tokens } from './open-server.ts';

it('a sign-in clears what a resource server asks for, and no refresh does', async () => {
  const server = await openServer();
  const verifier = createVerifier({ issuer, audience: issuer, jwks: server.auth.publicKeys, now: server.now });
  onTestFinished(() => verifier.close());
  const transfer = async ({ access_token }: Tokens) => {
    const headers = { authorization: `Bearer ${access_token}` };
    const request = new Request('https://api.example/transfers', { headers });
    const result = await verifier.authenticate(request, { maxAge: 600 });
    return result.ok ? 'ok' : result.error.wwwAuthenticate;
  };
  const challenge = expect.stringMatching(/^Bearer realm=.*error="insufficient_user_authentication".*max_age="600"$/);

  const first = await server.login();
  await server.advance(600);
  expect(await transfer(first)).toBe('ok');
  await server.advance(1);
  expect(await transfer(first)).toEqual(challenge);
  const refreshed = await server.refreshed(first.refresh_token);
  expect(await transfer(refreshed)).toEqual(challenge);
  expect(await transfer(await server.login({ refresh_token: refreshed.refresh_token }))).toBe('ok');
});
