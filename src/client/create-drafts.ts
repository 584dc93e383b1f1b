/**
 * What a user was typing, kept through a redirect to sign in and back: encrypted, for the same user only, gone after use. In the tab's
 * `sessionStorage`, so another tab has none of it and closing the tab forgets it. What cannot be encrypted is not kept.
 */
import type { Client } from './create-client.ts';
import { fillForm, readForm } from './form-values.ts';
import { type KeyStore, openKeyStore } from './key-store.ts';

export interface DraftsOptions {
  /** The tab's `sessionStorage` by default. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Whether drafts survive a sign-out on purpose; by default they do not. The same user alone gets them, in any case. */
  readonly keepAfterSignOut?: boolean;
  readonly keys?: KeyStore;
}

export interface Drafts {
  /** Keeps a value that JSON can hold, in place of what was kept under that name. */
  readonly save: (name: string, value: unknown) => Promise<void>;
  /** Gives what the user who is signed in kept under that name, once. `undefined` where there is nothing, or it is not theirs. */
  readonly take: (name: string) => Promise<unknown>;
  readonly forget: (name: string) => void;
  /**
   * Keeps what is typed into a form, and fills it in as soon as the same user is signed in. Passwords, files, hidden fields and
   * whatever has `data-no-draft` are left out.
   *
   * @param name The form's `id` unless given.
   */
  readonly form: (form: HTMLFormElement, name?: string) => FormDraft;
  /** Stops listening to the client. */
  readonly close: () => void;
}

/** A form that is being followed. */
export interface FormDraft {
  /** What was typed has reached the server: forgets it. A submit alone does not, since it may meet a session that has ended. */
  readonly done: () => void;
  /** Stops following, and keeps what was typed. */
  readonly stop: () => void;
}

const keyName = 'draft';
const prefix = 'tallystick-draft:';
const indexKey = 'tallystick-drafts';

export function createDrafts(client: Client, options: DraftsOptions = {}): Drafts {
  const { storage = sessionStorage, keepAfterSignOut = false, keys = openKeyStore() } = options;
  let subject: string | undefined;
  const latest = new Map<string, object>();

  function names(): readonly string[] {
    return JSON.parse(storage.getItem(indexKey) ?? '[]') as string[];
  }

  function forget(name: string): void {
    latest.delete(name);
    storage.removeItem(prefix + name);
    storage.setItem(indexKey, JSON.stringify(names().filter((other) => other !== name)));
  }

  async function save(name: string, value: unknown): Promise<void> {
    const owner = subject;
    if (owner === undefined) return;
    const mine = {};
    latest.set(name, mine);
    const sealed = await seal(await key(), JSON.stringify(value), `${owner}\n${name}`);
    // While it was being sealed, something newer was typed, or all of it was forgotten.
    if (latest.get(name) !== mine) return;
    storage.setItem(prefix + name, sealed);
    storage.setItem(indexKey, JSON.stringify([...new Set([...names(), name])]));
  }

  async function take(name: string, isWanted: () => boolean = () => true): Promise<unknown> {
    const { state } = client;
    const sealed = storage.getItem(prefix + name);
    if (sealed === null || state.status !== 'signed-in') return undefined;
    // Without the key, or as another user, it does not open, and is of no use to anybody.
    const opened = await unseal(await key(), sealed, `${state.subject}\n${name}`).catch(() => undefined);
    if (!isWanted() || storage.getItem(prefix + name) !== sealed) return undefined;
    forget(name);
    return opened === undefined ? undefined : JSON.parse(opened);
  }

  function key(): Promise<CryptoKey> {
    return keys.getOrCreate(keyName, () =>
      crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    );
  }

  function follow(): void {
    const { state } = client;
    if (state.status === 'signed-in') {
      if (subject !== undefined && subject !== state.subject) names().forEach(forget);
      subject = state.subject;
    } else if (state.status === 'signed-out' && state.reason === 'signed_out' && !keepAfterSignOut) {
      names().forEach(forget);
      subject = undefined;
    }
  }

  function bind(form: HTMLFormElement, name = form.id): FormDraft {
    let isFollowed = true;
    let isTyped = false;
    let isRestored = false;
    // Once: what is on the page afterwards is newer than anything that was kept.
    const restore = async (): Promise<void> => {
      if (isRestored || client.state.status !== 'signed-in') return;
      isRestored = true;
      // Typed before it was known who is there.
      if (isTyped) return save(name, readForm(form));
      const values = await take(name, () => isFollowed && !isTyped);
      if (values !== undefined) fillForm(form, values as Record<string, readonly string[]>);
    };
    const onInput = (): void => {
      isTyped = true;
      void save(name, readForm(form));
    };
    const unsubscribe = client.subscribe(() => void restore());
    form.addEventListener('input', onInput);
    void restore();
    return {
      done: () => forget(name),
      stop() {
        isFollowed = false;
        unsubscribe();
        form.removeEventListener('input', onInput);
      },
    };
  }

  follow();
  return { save, take: (name) => take(name), forget, form: bind, close: client.subscribe(follow) };
}

const ivLength = 12;

/** AES-GCM; `context` is authenticated with it, so that a draft opens for its own user and name alone. */
async function seal(key: CryptoKey, text: string, context: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(ivLength));
  const encrypted = await crypto.subtle.encrypt(parameters(iv, context), key, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...iv, ...new Uint8Array(encrypted)));
}

async function unseal(key: CryptoKey, sealed: string, context: string): Promise<string> {
  const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
  const opened = crypto.subtle.decrypt(parameters(bytes.subarray(0, ivLength), context), key, bytes.subarray(ivLength));
  return new TextDecoder().decode(await opened);
}

function parameters(iv: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(context) };
}
