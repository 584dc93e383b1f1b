// Attack: learn about a token from introspection that says only `{"active":false}`: by what it says, or by how long it works for it.
// What takes time, and another time each time, is asking the store; so what it was asked is compared, and not seconds.
import { describe, expect, it } from 'vitest';
import { openServer, type ServerOptions, type TestServer, type Tokens } from '../../server/open-server.ts';
import { bankSecret, basic, shopSecret, someClients } from '../../server/some-clients.ts';

/** May ask about any token. */
const asShop = basic('shop:1', shopSecret);
/** May ask about access tokens for its own audience and about its own refresh tokens. These tokens are neither. */
const asBank = basic('bank', bankSecret);

type Asker = typeof asShop;
type Kind = 'access_token' | 'refresh_token';

const ends: Readonly<Record<string, (server: TestServer, tokens: Tokens) => Promise<unknown>>> = {
  'its session was revoked': ({ auth }, { session_id }) => auth.revokeSession(session_id),
  'its user signed out': ({ ask }, { access_token }) => ask('POST', '/logout', { bearer: access_token }),
  'all sessions of its user were revoked': ({ auth }) => auth.revokeSessions('id-of-ada'),
  'its user was disabled': ({ auth }) => auth.disableUser('id-of-ada'),
  'it expired': (server) => server.advance(3600),
};

const open = (options: ServerOptions = {}) =>
  openServer({ clients: someClients, inactivityTimeoutSeconds: 3600, ...options });

/** Insists that nothing is said, and gives what the store was asked for it. */
async function askedFor({ ask, store }: TestServer, token: string, headers: Asker): Promise<readonly string[]> {
  const before = store.calls.length;
  const answer = await ask('POST', '/introspect', { form: { token }, headers });
  expect([answer.status, answer.text]).toEqual([200, '{"active":false}']);
  return store.calls.slice(before);
}

/** The same, of a token of a session that has ended in some way. */
async function askedForEnded(kind: Kind, headers: Asker, end: (typeof ends)[string] = async () => {}) {
  const server = await open();
  const tokens = await server.login();
  await end(server, tokens);
  return askedFor(server, tokens[kind], headers);
}

describe('introspection', () => {
  it.each(Object.entries(ends))('asks the store about a refresh token the same as ever once %s', async (_, end) => {
    expect(await askedForEnded('refresh_token', asShop, end)).toEqual(['findSessions', 'findSubject']);
  });

  it.each(Object.entries(ends).filter(([how]) => how !== 'it expired'))(
    'asks the store about an access token the same as ever once %s',
    async (_, end) => {
      expect(await askedForEnded('access_token', asShop, end)).toEqual(['findSubject']);
    },
  );

  it.each([['lives', async () => {}] as const, ...Object.entries(ends)])(
    'does the same for whom a token does not concern, whether it lives or not: %s',
    async (_, end) => {
      expect(await askedForEnded('refresh_token', asBank, end)).toEqual(['findSessions']);
      expect(await askedForEnded('access_token', asBank, end)).toEqual([]);
    },
  );

  it('asks the store nothing about what was never a token, nor where the token itself shows that it is not good', async () => {
    const server = await open();
    const { access_token, refresh_token } = await server.login();
    const elsewhere = await openServer({ secrets: ['another root secret, of 32 characters'] });
    const foreign = await elsewhere.login();
    const madeUp = `${refresh_token.slice(0, -4)}AAAA`;
    for (const token of ['x', 'tsr_AAAA', madeUp, `${access_token.slice(0, -4)}AAAA`, foreign.access_token])
      expect(await askedFor(server, token, asShop)).toEqual([]);
    await server.advance(900);
    expect(await askedFor(server, access_token, asShop)).toEqual([]);
  });
});
