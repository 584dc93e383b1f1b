// Attack: slip through between two levels of not-before, where the one that was said first hides the other, or where everything
// happens in one millisecond. The clock stands still here.
import { expect, it, onTestFinished } from 'vitest';
import { createVerifier, type Verifier } from '../../../src/verifier/index.ts';
import { issuer, openServer, type TestServer, type Tokens } from '../../server/open-server.ts';

const acts = {
  nothing: async () => {},
  'of the user': ({ auth }: TestServer) => auth.revokeSessions('id-of-ada'),
  'of everybody': ({ auth }: TestServer) => auth.revokeAllSessions(),
} as const;
type Act = keyof typeof acts;

const names = Object.keys(acts) as Act[];
const orders = names.flatMap((first) =>
  names.flatMap((second) => names.map((third) => [first, second, third] as const)),
);

async function openVerifier({ auth, now }: TestServer): Promise<Verifier> {
  const verifier = createVerifier({
    issuer,
    audience: issuer,
    jwks: () => auth.publicKeys(),
    feed: { subscribe: auth.revocations.subscribe },
    now,
  });
  onTestFinished(() => verifier.close());
  await verifier.ready();
  return verifier;
}

/** What a session's tokens are good for: refreshing, this server, and a resource server. */
async function uses(server: TestServer, verifier: Verifier, { access_token, refresh_token }: Tokens) {
  const { status } = await server.me(access_token);
  const { ok } = await verifier.verify(access_token);
  return [(await server.refresh(refresh_token)).status === 200, status === 200, ok];
}

it.each((['stored', 'stateless'] as const).flatMap((mode) => orders.map((order) => [mode, order] as const)))(
  'with %s sessions, the ends of all sessions %j end those begun before each, and none begun after',
  async (mode, order) => {
    const server = await openServer({ mode, allowBearerRefresh: true });
    const begun: Tokens[] = [];
    for (const act of order) {
      begun.push(await server.login());
      await acts[act](server);
    }
    begun.push(await server.login());
    const verifier = await openVerifier(server);
    for (const [index, tokens] of begun.entries()) {
      const isLive = order.slice(index).every((act) => act === 'nothing');
      expect([index, await uses(server, verifier, tokens)]).toEqual([index, [isLive, isLive, isLive]]);
    }
  },
);

it('ends a session that began before the clock went back, at resource servers as well', async () => {
  const server = await openServer();
  const tokens = await server.login();
  const verifier = await openVerifier(server);
  await server.advance(-3);
  expect(await uses(server, verifier, tokens)).toEqual([true, true, true]);
  await server.auth.revokeSessions('id-of-ada');
  const another = await openVerifier(server);
  expect(await uses(server, another, tokens)).toEqual([false, false, false]);
});
