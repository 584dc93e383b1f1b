/**
 * A server with a feed, in a process of its own, for the drills: anybody may sign in, and `POST /drill/roll` rolls the signing
 * key over. Its store's clock may run faster than ours, so that a rollover takes seconds.
 *
 *     node feed-server.ts DATABASE PORT SPEED
 */
import { listen } from '../../src/cli/listen.ts';
import { createTallystick } from '../../src/server/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { createFastClock, drillClient, feedSecret } from './drill-settings.ts';

const [path = '', port = '', speed = '1'] = process.argv.slice(2);
const auth = createTallystick({
  store: createSqliteStore({ path, clock: createFastClock(Number(speed)) }),
  issuer: `http://127.0.0.1:${port}`,
  secrets: ['a root secret for these drills alone'],
  authenticate: ({ username }) => ({ authenticated: true, subject: username }),
  clients: ['app', { clientId: drillClient.clientId, secretSha256: drillClient.secretSha256 }],
  feedSecret,
});
await auth.ready();
const listener = await listen(
  async (request, info) => {
    if (!request.url.endsWith('/drill/roll')) return auth.handler(request, info);
    return Response.json({ kid: await auth.signingKeys.roll() });
  },
  '127.0.0.1',
  Number(port),
);
console.log('listening');
process.once('SIGTERM', async () => {
  auth.endStreams();
  await listener.close();
  await auth.close();
});
