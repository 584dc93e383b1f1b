import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { createClient } from '../client/index.ts';
import { SessionDialog, SessionProvider, useAccessToken, useSession } from './index.ts';

function Who(): string {
  return `${useSession().status} ${useAccessToken() ?? 'without a token'}`;
}

it('renders on a server without a session, and without asking anybody', () => {
  const client = createClient({ issuer: 'https://auth.example', fetch: () => Promise.reject(new Error('asked')) });
  const html = renderToString(
    <SessionProvider client={client}>
      <Who />
      <SessionDialog />
    </SessionProvider>,
  );
  expect(html).toBe('starting without a token<tallystick-session-dialog></tallystick-session-dialog>');
  expect(client.state).toEqual({ status: 'starting' });
});

it('renders on a server without a session even where the client that it is handed has one', async () => {
  const subject = 'alice of the other request';
  const payload = {
    access_token: 'an access token',
    sub: subject,
    session_id: 'a session',
    device_id: 'a device',
    expires_in: 900,
  };
  const client = createClient({
    issuer: 'https://auth.example',
    delivery: 'body',
    fetch: async () => Response.json({ ...payload, refresh_token: 'tsr_secret' }),
  });
  await client.signIn({ username: 'alice', password: 'right' });
  expect(client.state).toMatchObject({ status: 'signed-in', subject });
  const html = renderToString(
    <SessionProvider client={client}>
      <Who />
    </SessionProvider>,
  );
  expect(html).toBe('starting without a token');
  client.close();
});

it('says what is missing outside a provider', () => {
  expect(() => renderToString(<Who />)).toThrow('useClient needs a SessionProvider around it');
});
