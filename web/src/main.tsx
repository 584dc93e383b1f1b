/**
 * Starts the pages: one client for the document, and the app around it.
 */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from 'tallystick/client';
import { App } from './app.tsx';
import { SessionProvider } from './session/session-context.tsx';

const client = createClient({ issuer: location.origin, delivery: 'cookie' });
void client.start();

const root = document.getElementById('root');
if (root === null) throw new TypeError('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <SessionProvider client={client}>
      <App />
    </SessionProvider>
  </StrictMode>,
);
