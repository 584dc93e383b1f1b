/**
 * Starts the pages: one client for the document, whose sessions are bound to a key of this browser, and the app around it.
 */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from 'tallystick/client';
import { createDrafts } from 'tallystick/client/drafts';
import { withDeviceKey } from 'tallystick/client/key';
import { SessionProvider } from 'tallystick/react';
import { App } from './app.tsx';

// Every page is right below the issuer's URL, which may have a path; requests and links are relative to it.
const issuer = new URL('.', location.href).href.replace(/\/$/, '');
const client = createClient({ issuer, renew: 'ask', fetch: withDeviceKey({ issuer }) });
const drafts = createDrafts(client);

const root = document.getElementById('root');
if (root === null) throw new TypeError('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <SessionProvider client={client}>
      <App drafts={drafts} />
    </SessionProvider>
  </StrictMode>,
);
