import { describe, expect, it } from 'vitest';
import { expectError, expectStatus, issuer, openServer } from './open-server.ts';
import { basic, shopSecret, someClients } from './some-clients.ts';

const path = '/.well-known/oauth-authorization-server';
const both = ['client_secret_basic', 'client_secret_post'];

describe('the metadata', () => {
  it('names what a server without confidential clients offers, and nothing else', async () => {
    const server = await openServer();
    const answer = expectStatus(await server.ask('GET', path), 200);
    expect(answer.body).toEqual({
      issuer,
      session_mode: 'stored',
      bearer_refresh_tokens_supported: true,
      token_endpoint: `${issuer}/token`,
      revocation_endpoint: `${issuer}/revoke`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      grant_types_supported: ['refresh_token'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519'],
    });
    expect(answer.headers.get('cache-control')).toContain('max-age');
  });

  it('names what confidential clients can do beside it', async () => {
    const server = await openServer({ clients: someClients, scopes: ['accounts', 'transfers'] });
    expect((await server.ask('GET', path)).body).toMatchObject({
      introspection_endpoint: `${issuer}/introspect`,
      introspection_endpoint_auth_methods_supported: both,
      token_endpoint_auth_methods_supported: ['none', ...both],
      revocation_endpoint_auth_methods_supported: ['none', ...both],
      scopes_supported: ['accounts', 'transfers'],
    });
    const noPublic = await openServer({ clients: someClients.slice(1) });
    expect((await noPublic.ask('GET', path)).body.token_endpoint_auth_methods_supported).toEqual(both);
  });

  it('is below the issuer, and behind the well-known path of its host, where the issuer has a path', async () => {
    const server = await openServer({ issuer: `${issuer}/auth` });
    const below = expectStatus(await server.ask('GET', path), 200);
    expect(below.body).toMatchObject({ issuer: `${issuer}/auth`, token_endpoint: `${issuer}/auth/token` });
    const response = await server.auth.handler(new Request(`${issuer}${path}/auth`));
    expect(await response.json()).toEqual(below.body);
  });

  it('names endpoints that are there, and methods and grants that work, and no other does', async () => {
    const server = await openServer({ clients: someClients });
    const { body } = await server.ask('GET', path);
    const endpoints = Object.entries<string>(body).filter(([name]) => name.endsWith('_endpoint'));
    expect(endpoints).toHaveLength(3);
    for (const [, url] of endpoints) {
      const answer = await server.ask('POST', url.slice(issuer.length), { form: {} });
      expect([400, 401], url).toContain(answer.status);
    }
    expect((await server.ask('GET', body.jwks_uri.slice(issuer.length))).body.keys).toHaveLength(1);

    const { refresh_token } = await server.login();
    for (const grant_type of ['password', 'authorization_code', 'client_credentials', 'implicit', 'urn:x']) {
      const form = { grant_type, username: 'ada', password: 'right', refresh_token };
      expectError(await server.ask('POST', '/token', { form }), 400, 'unsupported_grant_type');
    }
    for (const unadvertised of ['/authorize', '/register', '/userinfo', '/par', '/device_authorization']) {
      for (const method of ['GET', 'POST']) expectError(await server.ask(method, unadvertised), 404, 'not_found');
    }
    const { access_token } = await server.login();
    const form = { token: access_token };
    expectStatus(await server.ask('POST', '/introspect', { form, headers: basic('shop:1', shopSecret) }), 200);
    const posted = { ...form, client_id: 'shop:1', client_secret: shopSecret };
    expectStatus(await server.ask('POST', '/introspect', { form: posted }), 200);
  });
});
