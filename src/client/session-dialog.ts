/**
 * "Your session is about to end": a custom element over what the client knows. It decides nothing. The browser's own modal dialog keeps
 * focus inside and gives it back; `Escape` stays signed in, and never signs out.
 */
import type { Client } from './create-client.ts';
import type { Ending } from './state.ts';

/** What the dialog says. Each can be replaced. */
export interface SessionDialogTexts {
  readonly title: string;
  /** Nobody was active for a while. `left` is in words. */
  readonly inactivity: (left: string) => string;
  /** The end that nothing can move. */
  readonly absolute: (left: string) => string;
  readonly left: (seconds: number) => string;
  readonly stay: string;
  readonly understood: string;
  readonly signOut: string;
  readonly unreachable: string;
}

export interface SessionDialogElement extends HTMLElement {
  /** Without one the dialog never opens. */
  client: Client | undefined;
  /** Those that are given take the place of the English ones. */
  texts: Partial<SessionDialogTexts>;
}

export const sessionDialogName = 'tallystick-session-dialog';

const englishTexts: SessionDialogTexts = {
  title: 'Your session is about to end',
  inactivity: (left) => `You have not been active for a while. You will be signed out in ${left}.`,
  absolute: (left) => `You have reached the longest time a session may last. You will be signed out in ${left}.`,
  left: (seconds) => (seconds === 1 ? '1 second' : `${seconds} seconds`),
  stay: 'Stay signed in',
  understood: 'OK',
  signOut: 'Sign out now',
  unreachable: 'The server cannot be reached. Please try again.',
};

/** When the time left is told to those who do not see it, in seconds, beside the moment when the dialog opens. */
const told = [30, 20, 10, 5];

/**
 * Defines `<tallystick-session-dialog>`, once. Style it by its parts: `dialog`, `title`, `message`, `status`, `actions`, `stay`,
 * `sign-out`.
 */
export function defineSessionDialog(): void {
  if (!customElements.get(sessionDialogName)) customElements.define(sessionDialogName, createElementClass());
}

/** Made when it is needed: where pages are rendered on a server there is no `HTMLElement`. */
function createElementClass(): new () => SessionDialogElement {
  return class extends HTMLElement implements SessionDialogElement {
    #client: Client | undefined;
    #texts = englishTexts;
    #stop = (): void => undefined;
    #timer: ReturnType<typeof setInterval> | undefined;
    #parts = createParts(this.attachShadow({ mode: 'open' }));

    constructor() {
      super();
      const { dialog, stay, signOut } = this.#parts;
      dialog.addEventListener('cancel', (event) => {
        event.preventDefault();
        void this.#answer();
      });
      // A second Escape closes it whatever the first was told.
      dialog.addEventListener('close', () => this.#render());
      stay.addEventListener('click', () => void this.#answer());
      signOut.addEventListener('click', () => void this.#client?.signOut());
    }

    get client(): Client | undefined {
      return this.#client;
    }

    set client(client: Client | undefined) {
      this.#client = client;
      this.#follow();
    }

    get texts(): Partial<SessionDialogTexts> {
      return this.#texts;
    }

    set texts(texts: Partial<SessionDialogTexts>) {
      this.#texts = { ...englishTexts, ...texts };
      this.#render();
    }

    connectedCallback(): void {
      this.#follow();
    }

    disconnectedCallback(): void {
      this.#stop();
      clearInterval(this.#timer);
    }

    #follow(): void {
      this.#stop();
      this.#stop = this.#client?.subscribe(() => this.#render()) ?? this.#stop;
      this.#render();
    }

    #ending(): Ending | undefined {
      const state = this.#client?.state;
      return state?.status === 'signed-in' && this.isConnected ? state.ending : undefined;
    }

    async #answer(): Promise<void> {
      const { status } = this.#parts;
      status.textContent = '';
      if (this.#ending()?.reason !== 'inactivity') return this.#client?.dismiss();
      const outcome = await this.#client?.continue();
      if (outcome?.kind === 'unavailable') status.textContent = this.#texts.unreachable;
    }

    #render(): void {
      const { dialog } = this.#parts;
      const ending = this.#ending();
      clearInterval(this.#timer);
      if (!ending) {
        dialog.close();
        return;
      }
      this.#tick(ending, !dialog.open);
      this.#timer = setInterval(() => this.#tick(ending, false), 1000);
      if (!dialog.open) dialog.showModal();
    }

    #tick(ending: Ending, opens: boolean): void {
      const { title, message, status, stay, signOut } = this.#parts;
      const texts = this.#texts;
      const seconds = Math.ceil(ending.remainingMs() / 1000);
      title.textContent = texts.title;
      message.textContent = texts[ending.reason](texts.left(seconds));
      stay.textContent = ending.reason === 'inactivity' ? texts.stay : texts.understood;
      signOut.textContent = texts.signOut;
      if (opens) status.textContent = '';
      else if (told.includes(seconds)) status.textContent = texts.left(seconds);
    }
  };
}

interface Parts {
  readonly dialog: HTMLDialogElement;
  readonly title: HTMLElement;
  readonly message: HTMLElement;
  /** Read out whenever it changes; the message, which changes each second, is read when the dialog opens. */
  readonly status: HTMLElement;
  readonly stay: HTMLElement;
  readonly signOut: HTMLElement;
}

function createParts(root: ShadowRoot): Parts {
  const dialog = part('dialog', 'dialog', {
    role: 'alertdialog',
    'aria-labelledby': 'title',
    'aria-describedby': 'message',
  });
  const title = part('h2', 'title', { id: 'title' });
  const message = part('p', 'message', { id: 'message' });
  const status = part('p', 'status', { role: 'status' });
  const actions = part('div', 'actions');
  const stay = part('button', 'stay', { type: 'button', autofocus: '' });
  const signOut = part('button', 'sign-out', { type: 'button' });
  actions.append(stay, ' ', signOut);
  dialog.append(title, message, status, actions);
  root.append(dialog);
  return { dialog, title, message, status, stay, signOut };
}

function part<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  partName: string,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries({ part: partName, ...attributes })) element.setAttribute(key, value);
  return element;
}
