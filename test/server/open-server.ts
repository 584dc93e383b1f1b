/**
 * A server for a test: on either embedded store or on none, by a clock that the test moves, asked through its handler without sockets.
 * Its users are a host's (any name, password `right`) unless the test asks for the built-in directory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type { TokenPayload } from '../../src/protocol/wire.ts';
import {
  createTallystick,
  type Tallystick,
  type TallystickEvent,
  type TallystickOptions,
} from '../../src/server/index.ts';
import { createMemoryStore } from '../../src/stores/memory/index.ts';
import { createNoStore } from '../../src/stores/none/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import type { Store } from '../../src/stores/store.ts';
import { type WatchedStore, watchStore } from './watch-store.ts';

export type StoreKind = 'memory' | 'SQLite' | 'none';
export const storeKinds: readonly StoreKind[] = ['memory', 'SQLite'];

export const issuer = 'https://auth.example';
export const secret = 'the root secret of all these tests';

/** What was asked for, beyond method and path. */
export interface Asked {
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Sent as `Authorization: Bearer`. */
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The peer's address. */
  readonly from?: string;
  readonly signal?: AbortSignal;
}

/** What came back, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body by looking into it
  readonly body: any;
}

/** An answer of `/login` or `/token` with the refresh token in its body. */
export type Tokens = TokenPayload & { readonly refresh_token: string };

export interface TestServer {
  readonly auth: Tallystick;
  readonly store: WatchedStore;
  readonly events: TallystickEvent[];
  /** The store's clock, in milliseconds. */
  now(): number;
  /** Moves the store's clock on, and lets the server notice. */
  advance(seconds: number): Promise<void>;
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** Signs in, and insists that it worked. */
  login(input?: Readonly<Record<string, unknown>>, asked?: Asked): Promise<Tokens>;
  /** Presents a refresh token. */
  refresh(refreshToken: string, asked?: Asked): Promise<Answer>;
  /** Presents a refresh token, and insists that it worked. */
  refreshed(refreshToken: string, asked?: Asked): Promise<Tokens>;
  me(accessToken: string): Promise<Answer>;
}

/** What calls a function when the time has come to clean up. */
type CleanUp = (cleanUp: () => void | Promise<void>) => void;

export interface ServerOptions extends Partial<Omit<TallystickOptions, 'store'>> {
  /** `memory` unless given. */
  readonly kind?: StoreKind;
  /** Users of the built-in directory, by name, with their passwords; without it a host answers for its users. */
  readonly users?: Readonly<Record<string, string>>;
  /** Another server's store, for a second server on the same data. */
  readonly store?: Store;
  /** What is told how to clean up; the end of the running test unless given. */
  readonly finally?: CleanUp;
}

const start = Date.UTC(2026, 10, 23);

function openStore(kind: StoreKind, clock: () => number, onFinished: CleanUp): Store {
  if (kind === 'memory') return createMemoryStore({ clock });
  if (kind === 'none') return createNoStore({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-server-'));
  onFinished(() => rmSync(folder, { recursive: true }));
  return createSqliteStore({ path: join(folder, 'tallystick.db'), clock });
}

/** The host's own check: anybody whose password is `right`. */
function authenticate({ username, password }: { readonly username: string; readonly password: string }) {
  return password === 'right'
    ? ({ authenticated: true, subject: `id-of-${username}` } as const)
    : ({ authenticated: false } as const);
}

/** Opens it; it is closed when the test is over. */
export async function openServer({
  kind = 'memory',
  users,
  store,
  finally: onFinished = onTestFinished,
  ...options
}: ServerOptions = {}): Promise<TestServer> {
  let now = start;
  const watched = watchStore(store ?? openStore(kind, () => now, onFinished));
  const events: TallystickEvent[] = [];
  const auth = createTallystick({
    issuer,
    secrets: [secret],
    ...(users ? {} : { authenticate }),
    onEvent: (event) => events.push(event),
    explain: true,
    ...options,
    store: watched,
  });
  onFinished(() => auth.close());
  for (const [username, password] of Object.entries(users ?? {})) await auth.directory.add({ username, password });

  const ask = async (method: string, path: string, asked: Asked = {}): Promise<Answer> => {
    const request = toRequest(method, (options.issuer ?? issuer) + path, asked);
    const response = await auth.handler(request, { remoteAddress: asked.from ?? '192.0.2.1' });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
  const server: TestServer = {
    auth,
    store: watched,
    events,
    now: () => now,
    advance: async (seconds) => {
      now += seconds * 1000;
      expectStatus(await ask('GET', '/readyz'), 200);
    },
    ask,
    login: async (input = {}, asked = {}) => {
      const json = { username: 'ada', password: 'right', ...input };
      return expectStatus(await ask('POST', '/login', { json, ...asked }), 200).body;
    },
    refresh: (refreshToken, asked = {}) => {
      const { form = {}, ...rest } = asked;
      return ask('POST', '/token', {
        form: { grant_type: 'refresh_token', refresh_token: refreshToken, ...form },
        ...rest,
      });
    },
    refreshed: async (refreshToken, asked) => expectStatus(await server.refresh(refreshToken, asked), 200).body,
    me: (accessToken) => ask('GET', '/me', { bearer: accessToken }),
  };
  return server;
}

function toRequest(method: string, url: string, { json, form, body, bearer, headers, signal }: Asked): Request {
  const all = new Headers(headers);
  const set = (name: string, value: string) => all.has(name) || all.set(name, value);
  if (bearer !== undefined) set('Authorization', `Bearer ${bearer}`);
  if (json !== undefined) set('Content-Type', 'application/json');
  if (form !== undefined) set('Content-Type', 'application/x-www-form-urlencoded');
  const content =
    body ?? (json === undefined ? form && new URLSearchParams(toPairs(form)).toString() : JSON.stringify(json));
  return new Request(url, {
    method,
    headers: all,
    ...(content === undefined ? {} : { body: content }),
    ...(signal ? { signal } : {}),
  });
}

function toPairs(form: NonNullable<Asked['form']>): string[][] {
  return (Array.isArray(form) ? form : Object.entries(form)).map(([name, value]) => [name, value]);
}

/** Insists on a status, and shows the whole answer where it is another. */
export function expectStatus(answer: Answer, status: number): Answer {
  expect(answer.status, answer.text).toBe(status);
  return answer;
}

/** Insists on an error body: exactly `error` and a description. */
export function expectError(answer: Answer, status: number, error: ErrorCode): Answer {
  expect({ status: answer.status, ...answer.body }).toEqual({ status, error, error_description: expect.any(String) });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return answer;
}
