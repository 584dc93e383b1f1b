/**
 * oidc-provider, doing what a refresh does here: a public client's refresh token is rotated on every use, and a JWT access
 * token signed with ES256 comes with it. On its in-memory adapter, which keeps 1,000 entries: so with few sessions.
 *
 *     node oidc-provider-server.ts TOKENS_FILE SESSIONS
 *
 * Configured as its documentation describes resource servers, `accessTokenFormat: 'jwt'` and `rotateRefreshToken`
 * (https://github.com/panva/node-oidc-provider/blob/main/docs/README.md); no `openid` scope, so that no ID token is signed
 * beside. Sessions begin with the refresh tokens that an authorization code would have given, saved through its own models.
 */
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import Provider, { type JWK } from 'oidc-provider';

const [, , file = '', sessions = '200'] = process.argv;
const port = Number(process.env.PORT);
const resource = 'https://api.example.com';
const scope = 'read';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: 'app',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://localhost/callback'],
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' } as JWK] },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope,
        audience: resource,
        accessTokenTTL: 900,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  rotateRefreshToken: true,
  ttl: { Grant: 2_592_000, RefreshToken: 2_592_000 },
});

async function startSession(accountId: string): Promise<string> {
  const grant = new provider.Grant({ accountId, clientId: 'app' });
  grant.addResourceScope(resource, scope);
  const grantId = await grant.save();
  const client = await provider.Client.find('app');
  if (client === undefined) throw new Error('the client is configured above');
  const authTime = Math.floor(Date.now() / 1000);
  const refreshToken = new provider.RefreshToken({
    client,
    accountId,
    grantId,
    resource,
    scope,
    authTime,
    gty: 'authorization_code',
  });
  return refreshToken.save();
}

const accounts = Array.from({ length: Number(sessions) }, (_, index) => `user-${index}`);
const tokens: string[] = [];
for (const accountId of accounts) tokens.push(await startSession(accountId));
writeFileSync(file, tokens.join('\n'));
provider.listen(port, '127.0.0.1', () => console.log('listening'));
