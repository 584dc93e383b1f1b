// OAuth clients of other people, told nothing but the issuer: they find the metadata (RFC 8414), refresh with each way to
// authenticate, with a key and without, ask about tokens and revoke them.
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopSecret } from '../server/some-clients.ts';
import { type OAuthServer, openOAuthServer } from './open-oauth-server.ts';

let server: OAuthServer;
beforeAll(async () => {
  server = await openOAuthServer();
});
afterAll(() => server.close());

/** What a library can do, in the words that both share. */
interface OAuthClient {
  refresh(refreshToken: string, keys?: CryptoKeyPair): Promise<oauth.TokenEndpointResponse>;
  introspect(token: string): Promise<oauth.IntrospectionResponse>;
  revoke(token: string): Promise<void>;
}

type Authentication = 'none' | 'client_secret_basic' | 'client_secret_post';

const onLoopback = { [oauth.allowInsecureRequests]: true };

async function openOauth4webapi(clientId: string, authentication: Authentication): Promise<OAuthClient> {
  const issuer = new URL(server.issuer);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...onLoopback });
  const as = await oauth.processDiscoveryResponse(issuer, found);
  const client: oauth.Client = { client_id: clientId };
  const auth = {
    none: oauth.None(),
    client_secret_basic: oauth.ClientSecretBasic(shopSecret),
    client_secret_post: oauth.ClientSecretPost(shopSecret),
  }[authentication];
  return {
    refresh: async (refreshToken, keys) => {
      const options = keys ? { DPoP: oauth.DPoP(client, keys), ...onLoopback } : onLoopback;
      const answer = await oauth.refreshTokenGrantRequest(as, client, auth, refreshToken, options);
      return await oauth.processRefreshTokenResponse(as, client, answer);
    },
    introspect: async (token) => {
      const answer = await oauth.introspectionRequest(as, client, auth, token, onLoopback);
      return await oauth.processIntrospectionResponse(as, client, answer);
    },
    revoke: async (token) => {
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, onLoopback));
    },
  };
}

async function openOpenidClient(clientId: string, authentication: Authentication): Promise<OAuthClient> {
  const auth = {
    none: openid.None(),
    client_secret_basic: openid.ClientSecretBasic(shopSecret),
    client_secret_post: openid.ClientSecretPost(shopSecret),
  }[authentication];
  const options = { algorithm: 'oauth2' as const, execute: [openid.allowInsecureRequests] };
  const config = await openid.discovery(new URL(server.issuer), clientId, undefined, auth, options);
  return {
    refresh: (refreshToken, keys) =>
      openid.refreshTokenGrant(
        config,
        refreshToken,
        undefined,
        keys ? { DPoP: openid.getDPoPHandle(config, keys) } : undefined,
      ),
    introspect: (token) => openid.tokenIntrospection(config, token),
    revoke: (token) => openid.tokenRevocation(config, token),
  };
}

const libraries = { oauth4webapi: openOauth4webapi, 'openid-client': openOpenidClient };
const names = Object.keys(libraries) as (keyof typeof libraries)[];
const authentications = ['none', 'client_secret_basic', 'client_secret_post'] as const;
const cases = names.flatMap((library) =>
  authentications.flatMap((authentication) =>
    [false, true].map((isBound) => ({ library, authentication, isBound, how: isBound ? 'with DPoP' : 'without DPoP' })),
  ),
);

describe.each(cases)('$library, $authentication, $how', ({ library, authentication, isBound }) => {
  const clientId = authentication === 'none' ? 'app' : 'shop:1';
  const keyPair = () => (isBound ? oauth.generateKeyPair('ES256') : undefined);

  it('finds the server, refreshes, and revokes', async () => {
    const client = await libraries[library](clientId, authentication);
    const keys = await keyPair();
    const first = await server.signIn(clientId, keys);
    const second = await client.refresh(first.refresh_token, keys);
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).toMatch(/^tsr_/);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.token_type).toBe(isBound ? 'dpop' : 'bearer');
    await client.revoke(second.refresh_token ?? '');
    await expect(client.refresh(second.refresh_token ?? '', keys)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  // Only who can prove who they are may ask.
  it.each(authentication === 'none' ? [] : ['its'])('asks about %s tokens', async () => {
    const client = await libraries[library](clientId, authentication);
    const keys = await keyPair();
    const tokens = await server.signIn(clientId, keys);
    expect(await client.introspect(tokens.access_token)).toMatchObject({
      active: true,
      iss: server.issuer,
      sub: 'ada',
      client_id: clientId,
      scope: 'accounts',
    });
    await client.revoke(tokens.access_token);
    expect(await client.introspect(tokens.access_token)).toEqual({ active: false });
  });

  it.each(isBound ? ['another key'] : [])('gets nothing with %s than the session’s', async () => {
    const client = await libraries[library](clientId, authentication);
    const tokens = await server.signIn(clientId, await keyPair());
    await expect(client.refresh(tokens.refresh_token, await keyPair())).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});
