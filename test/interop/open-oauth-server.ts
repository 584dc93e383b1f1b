/**
 * A server on a real port for OAuth clients that know nothing of it, under an issuer with a path, and sign-ins at it.
 */
import { randomUUID } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { listen } from '../../src/cli/listen.ts';
import type { TokenPayload } from '../../src/protocol/wire.ts';
import { createTallystick } from '../../src/server/index.ts';
import { createMemoryStore } from '../../src/stores/memory/index.ts';
import { freePort } from '../drills/server-process.ts';
import { basic, shopSecret, someClients } from '../server/some-clients.ts';

export interface OAuthServer {
  readonly issuer: string;
  /** Signs in at `/login` for a client, bound to a key where there is one. */
  signIn(clientId: string, keys?: CryptoKeyPair): Promise<TokenPayload & { readonly refresh_token: string }>;
  close(): Promise<void>;
}

export async function openOAuthServer(): Promise<OAuthServer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}/auth`;
  const auth = createTallystick({
    issuer,
    store: createMemoryStore(),
    secrets: ['the root secret of this server alone'],
    authenticate: ({ username }) => ({ authenticated: true, subject: username }),
    clients: someClients,
    bindAccessTokens: true,
    explain: true,
  });
  await auth.ready();
  const listener = await listen((request, info) => auth.handler(request, info), '127.0.0.1', port);
  return {
    issuer,
    signIn: async (clientId, keys) => {
      const url = `${issuer}/login`;
      const headers = {
        'content-type': 'application/json',
        ...(clientId === 'app' ? {} : basic(clientId, shopSecret)),
        ...(keys === undefined ? {} : { DPoP: await prove(keys, url) }),
      };
      const body = JSON.stringify({ username: 'ada', password: 'any', client_id: clientId, scope: 'accounts' });
      const answer = await fetch(url, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as TokenPayload & { refresh_token: string };
    },
    close: async () => {
      await listener.close();
      await auth.close();
    },
  };
}

async function prove({ privateKey, publicKey }: CryptoKeyPair, url: string): Promise<string> {
  const jwk = await exportJWK(publicKey);
  return new SignJWT({ jti: randomUUID(), htm: 'POST', htu: url })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
    .setIssuedAt()
    .sign(privateKey);
}
