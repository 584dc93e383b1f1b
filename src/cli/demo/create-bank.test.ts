import { expect, it, onTestFinished } from 'vitest';
import { createTallystick } from '../../server/index.ts';
import { createMemoryStore } from '../../stores/memory/index.ts';
import { createBank } from './create-bank.ts';

it('the demo bank takes access tokens of whatever lifetime the server gives them', async () => {
  const issuer = 'http://localhost:3000';
  const accessTokenSeconds = 7200;
  const secrets = ['the root secret of these tests is long'];
  const auth = createTallystick({ issuer, secrets, store: createMemoryStore(), accessTokenSeconds });
  const customers = [{ username: 'alice', subject: 'id-of-alice' }];
  const bank = createBank({ auth, issuer, customers, accessTokenSeconds, retryWindowSeconds: 30, mode: 'stored' });
  onTestFinished(() => auth.close());
  onTestFinished(bank.close);
  const session = await auth.createSession({ subject: 'id-of-alice' });
  const token = session.kind === 'created' ? session.tokens.access_token : '';
  const headers = { Authorization: `Bearer ${token}` };
  const status = async () => (await bank.app.request('/account', { headers })).status;
  await expect.poll(status).not.toBe(503);
  expect(await status()).toBe(200);
});
