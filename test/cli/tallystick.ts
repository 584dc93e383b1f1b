/**
 * The `tallystick` command in real processes, with a folder of its own, on free ports of this machine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { TokenPayload } from '../../src/protocol/wire.ts';
import { createDirectory } from '../../src/server/directory/directory.ts';
import { createPasswordHasher } from '../../src/server/directory/password-hash.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

type Environment = Readonly<Record<string, string>>;

/** What a command came to. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running server. */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** The lines of its log so far. */
  readonly log: readonly string[];
  /** Resolves when the log has a line with this message. */
  logged(message: string): Promise<void>;
  /** Sends a signal and resolves with the exit code, `null` after a kill. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A folder with whatever is started in it. All of it is gone when the test is over. */
export interface Place {
  readonly folder: string;
  /** The database, unless the environment says otherwise. */
  readonly database: string;
  run(
    args: readonly string[],
    options?: { readonly stdin?: string; readonly environment?: Environment },
  ): Promise<CommandResult>;
  serve(environment?: Environment, ...args: readonly string[]): Promise<RunningServer>;
}

export function openPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-cli-'));
  const processes: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const each of processes) await kill(each, 'SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const start = (args: readonly string[], environment: Environment): ChildProcess => {
    const started = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment },
    });
    processes.push(started);
    return started;
  };
  return {
    folder,
    database: join(folder, '.tallystick', 'tallystick.db'),
    run: async (args, { stdin = '', environment = {} } = {}) => {
      const command = start(args, environment);
      const outputs = [command.stdout, command.stderr].map(async (output) => (output ? text(output) : ''));
      command.stdin?.end(stdin);
      const [code] = await once(command, 'close');
      const [stdout = '', stderr = ''] = await Promise.all(outputs);
      return { code, stdout, stderr };
    },
    serve: async (environment = {}, ...args) => {
      const issuer = 'http://localhost:4000';
      const all = { PORT: '0', TALLYSTICK_ISSUER: issuer, TALLYSTICK_EXPLAIN: '1', ...environment };
      return listening(start(['serve', ...args], all));
    },
  };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}

async function listening(server: ChildProcess): Promise<RunningServer> {
  const log: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  const read = (chunk: unknown) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    log.push(...lines);
    for (const wake of waiting) wake();
  };
  server.stdout?.on('data', read);
  server.stderr?.on('data', read);
  const logged = async (message: string) => {
    while (!log.some((line) => line.includes(`"${message}"`))) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      server.once('exit', resolve);
      await promise;
      waiting.delete(resolve);
      if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}: ${log.join('\n')}`);
    }
  };
  await logged('listening');
  const { port } = JSON.parse(log.find((line) => line.includes('"listening"')) ?? '{}');
  return {
    url: `http://127.0.0.1:${port}`,
    pid: server.pid ?? 0,
    log,
    logged,
    stop: (signal = 'SIGTERM') => kill(server, signal),
  };
}

export type Tokens = TokenPayload & { readonly refresh_token: string };

export function login(
  { url }: RunningServer,
  username = 'ada',
  password: string = passwordOf(username),
): Promise<Response> {
  return fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
}

/** Signs in, and insists that it worked. */
export async function signIn(server: RunningServer, username?: string): Promise<Tokens> {
  return read<Tokens>(await login(server, username));
}

export function refresh({ url }: RunningServer, refresh_token: string, signal?: AbortSignal): Promise<Response> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token });
  return fetch(`${url}/token`, { method: 'POST', body, ...(signal ? { signal } : {}) });
}

/** Refreshes, and insists that it worked. */
export async function refreshed(server: RunningServer, refreshToken: string): Promise<Tokens> {
  return read<Tokens>(await refresh(server, refreshToken));
}

/** Refreshes until it is a rotation: that is how the end of a retry window can be seen, as retries write nothing. */
export async function refreshedAfterWindow(server: RunningServer, refreshToken: string): Promise<Tokens> {
  for (;;) {
    const answer = await refresh(server, refreshToken);
    const tokens = await read<Tokens>(answer);
    if (answer.headers.get('tallystick-refresh') === 'rotate') return tokens;
  }
}

export function get({ url }: RunningServer, path: string, accessToken: string): Promise<Response> {
  return fetch(url + path, { headers: { Authorization: `Bearer ${accessToken}` } });
}

/** The body of an answer that must be a success. */
export async function read<Body>(answer: Response): Promise<Body> {
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${body}`);
  return JSON.parse(body);
}

/** The password of every user of these tests. */
export function passwordOf(username: string): string {
  return `the password of ${username}`;
}

/** Adds a user of the built-in directory, without a process of its own. */
export async function addUser({ database }: Place, username = 'ada'): Promise<void> {
  const store = createSqliteStore({ path: database });
  await store.open();
  const hasher = createPasswordHasher({ concurrency: 1, queue: 1 });
  const { kind } = await createDirectory(store, hasher).add({ username, password: passwordOf(username) });
  await store.close();
  if (kind !== 'added') throw new Error(kind);
}

/** Asks the server something that needs no store, and waits for the answer. */
export async function ping({ url }: RunningServer): Promise<void> {
  await (await fetch(`${url}/healthz`)).text();
}
