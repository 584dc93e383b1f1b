import { describe, expect, it } from 'vitest';
import type { Client } from './create-client.ts';
import { createDrafts, type Drafts } from './create-drafts.ts';
import type { KeyStore } from './key-store.ts';
import type { EndReason } from './session.ts';
import type { ClientState } from './state.ts';

const transfer = { to: 'bob', amount: '25,50', key: 'k1' };

/** A client of whom only the state matters. */
function fakeClient(): { readonly client: Client; readonly become: (state: Partial<ClientState>) => void } {
  const listeners = new Set<() => void>();
  let state = { status: 'starting' } as ClientState;
  const client = {
    get state() {
      return state;
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Client;
  return {
    client,
    become(next) {
      state = next as ClientState;
      for (const listener of listeners) listener();
    },
  };
}

function fakeKeys(): KeyStore {
  const kept = new Map<string, unknown>();
  return {
    async getOrCreate<Value>(name: string, create: () => Promise<Value>) {
      if (!kept.has(name)) kept.set(name, await create());
      return kept.get(name) as Value;
    },
  };
}

function fakeStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => void all.set(key, value),
    removeItem: (key) => void all.delete(key),
  };
}

interface Browser {
  readonly become: (state: Partial<ClientState>) => void;
  readonly drafts: Drafts;
  readonly storage: ReturnType<typeof fakeStorage>;
  /** The next page of this tab. */
  readonly reload: () => Browser;
}

function openPage(storage = fakeStorage(), keys = fakeKeys(), keepAfterSignOut = false): Browser {
  const { client, become } = fakeClient();
  const drafts = createDrafts(client, { storage, keys, keepAfterSignOut });
  return { become, drafts, storage, reload: () => openPage(storage, keys, keepAfterSignOut) };
}

function signedIn(subject: string): Partial<ClientState> {
  return { status: 'signed-in', subject } as Partial<ClientState>;
}

function signedOut(reason: EndReason): Partial<ClientState> {
  return { status: 'signed-out', reason, waiting: [] };
}

describe('a draft', () => {
  it('comes back after a redirect to sign in, for the same user, once', async () => {
    const page = openPage();
    page.become(signedIn('alice'));
    await page.drafts.save('transfer', transfer);
    page.become(signedOut('timed_out'));
    const next = page.reload();
    expect(await next.drafts.take('transfer')).toBeUndefined();
    next.become(signedIn('alice'));
    expect(await next.drafts.take('transfer')).toEqual(transfer);
    expect(await next.drafts.take('transfer')).toBeUndefined();
  });

  it('is kept while the session has ended and the user types on', async () => {
    const page = openPage();
    page.become(signedIn('alice'));
    page.become(signedOut('ended'));
    await page.drafts.save('transfer', transfer);
    const next = page.reload();
    next.become(signedIn('alice'));
    expect(await next.drafts.take('transfer')).toEqual(transfer);
  });

  it('is nothing to another user, and gone for its own once they came', async () => {
    const page = openPage();
    page.become(signedIn('alice'));
    await page.drafts.save('transfer', transfer);
    const next = page.reload();
    next.become(signedIn('bob'));
    expect(await next.drafts.take('transfer')).toBeUndefined();
    next.become(signedIn('alice'));
    expect(await next.drafts.take('transfer')).toBeUndefined();
  });

  it('is forgotten when another user signs in in the same page', async () => {
    const page = openPage();
    page.become(signedIn('alice'));
    await page.drafts.save('transfer', transfer);
    page.become(signedIn('bob'));
    expect([...page.storage.all.keys()].filter((key) => key.includes('transfer'))).toEqual([]);
  });

  it('does not open under another name', async () => {
    const page = openPage();
    page.become(signedIn('alice'));
    await page.drafts.save('transfer', transfer);
    const sealed = page.storage.all.get('tallystick-draft:transfer') ?? '';
    page.storage.all.set('tallystick-draft:other', sealed);
    expect(await page.drafts.take('other')).toBeUndefined();
  });

  it('cannot be read in storage', async () => {
    const page = openPage();
    page.become(signedIn('alice'));
    await page.drafts.save('transfer', transfer);
    const stored = [...page.storage.all.values()].join();
    expect(stored).not.toContain('bob');
    expect(atob(page.storage.all.get('tallystick-draft:transfer') ?? '')).not.toContain('bob');
  });

  it.each([
    [false, undefined],
    [true, transfer],
  ])('where keepAfterSignOut is %s, a sign-out on purpose leaves %j', async (keepAfterSignOut, left) => {
    const page = openPage(fakeStorage(), fakeKeys(), keepAfterSignOut);
    page.become(signedIn('alice'));
    await page.drafts.save('transfer', transfer);
    page.become(signedOut('signed_out'));
    page.become(signedIn('alice'));
    expect(await page.drafts.take('transfer')).toEqual(left);
  });

  it('is what was typed last, however the two are kept', async () => {
    const page = openPage();
    page.become(signedIn('alice'));
    await Promise.all([page.drafts.save('transfer', 'first'), page.drafts.save('transfer', 'second')]);
    expect(await page.drafts.take('transfer')).toBe('second');
  });

  it('does not come back after it was forgotten while being kept', async () => {
    const page = openPage();
    page.become(signedIn('alice'));
    const saving = page.drafts.save('transfer', transfer);
    page.drafts.forget('transfer');
    await saving;
    expect(await page.drafts.take('transfer')).toBeUndefined();
  });

  it('is not kept where nobody was ever signed in', async () => {
    const page = openPage();
    await page.drafts.save('transfer', transfer);
    expect(page.storage.all.size).toBe(0);
  });
});
