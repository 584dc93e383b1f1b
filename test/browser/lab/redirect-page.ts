/**
 * A form whose sign-in is another page: where the session has ended it goes there and comes back, and what was typed is still there.
 */
import { createDrafts } from '../../../src/client/drafts.ts';
import { createClient, returnPath } from '../../../src/client/index.ts';

const form = `
  <form id="transfer">
    <label>Recipient <input name="to"></label>
    <label>Amount in cents <input name="amount"></label>
    <button>Send money</button>
    <p role="status"></p>
  </form>`;
const signInForm = `
  <form id="sign-in">
    <label>User name <input name="username"></label>
    <label>Password <input name="password" type="password"></label>
    <button>Sign in</button>
  </form>`;

const client = createClient({ issuer: location.origin });
const drafts = createDrafts(client);
const query = new URLSearchParams(location.search);
const root = document.getElementById('root') as HTMLElement;

function onSubmit(act: (fields: Record<string, string>) => Promise<void>): HTMLFormElement {
  const element = root.querySelector('form') as HTMLFormElement;
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    void act(Object.fromEntries([...new FormData(element)].map(([name, value]) => [name, String(value)])));
  });
  return element;
}

function showSignIn(): void {
  root.innerHTML = signInForm;
  onSubmit(async ({ username = '', password = '' }) => {
    const result = await client.signIn({ username, password });
    if (result.ok) location.assign(returnPath(query.get('return')));
  });
}

function showTransfer(): void {
  root.innerHTML = form;
  const key = crypto.randomUUID();
  const element = onSubmit(async ({ to = '', amount = '' }) => {
    const response = await client.fetch('/bank/transfers', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify({ to, amount_cents: Number(amount) }),
    });
    draft.done();
    const status = root.querySelector('p') as HTMLElement;
    status.textContent = response.ok ? 'Sent' : `Not sent: ${response.status}`;
  });
  const draft = drafts.form(element);
  const leaveWhenEnded = (): void => {
    if (client.state.status === 'signed-out')
      location.assign(`?sign-in&return=${encodeURIComponent(location.pathname)}`);
  };
  client.subscribe(leaveWhenEnded);
  leaveWhenEnded();
}

if (query.has('sign-in')) showSignIn();
else showTransfer();
await client.start();
