/**
 * The React bindings under StrictMode in development, which starts every effect twice.
 */
import { createElement, type ReactElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from '../../../src/client/index.ts';
import { SessionDialog, SessionProvider, useAccessToken, useSession } from '../../../src/react/index.ts';

const client = createClient({ issuer: location.origin, renew: 'ask' });

function Who(): ReactElement {
  const { status } = useSession();
  const token = useAccessToken();
  return createElement(
    'p',
    { role: 'status' },
    `${status}, ${token === undefined ? 'without a token' : 'with a token'}`,
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  createElement(
    StrictMode,
    null,
    createElement(SessionProvider, { client }, createElement(Who), createElement(SessionDialog)),
  ),
);
