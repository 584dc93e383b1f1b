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

it('says what is missing outside a provider', () => {
  expect(() => renderToString(<Who />)).toThrow('useClient needs a SessionProvider around it');
});
