/**
 * A server with a feed in a process of its own, and a line to it that can be cut.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TokenPayload } from '../../src/protocol/wire.ts';
import { freePort, startServer } from '../drills/server-process.ts';
import { createTcpProxy, type TcpProxy } from '../engines/tcp-proxy.ts';

export interface OpenFeed {
  readonly issuer: string;
  readonly database: string;
  /** The feed's address through the line that can be cut; everything else goes straight to the server. */
  readonly feedUrl: string;
  readonly line: TcpProxy;
  signIn(username: string): Promise<TokenPayload>;
  refresh(refreshToken: string): Promise<TokenPayload>;
  signOut(accessToken: string): Promise<void>;
  roll(): Promise<string>;
  close(): Promise<void>;
}

export async function openFeed(speed = 1): Promise<OpenFeed> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-feed-'));
  const database = join(folder, 'feed.db');
  const port = await freePort();
  const script = fileURLToPath(new URL('feed-server.ts', import.meta.url));
  const server = await startServer([script, database, String(port), String(speed)], port, {});
  const line = await createTcpProxy(port);
  const post = async (path: string, init: RequestInit) => {
    const answer = await fetch(server.url + path, { method: 'POST', ...init });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  return {
    issuer: server.url,
    database,
    feedUrl: `http://127.0.0.1:${line.port}/revocations`,
    line,
    signIn: async (username) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await post('/login', { headers, body: JSON.stringify({ username, password: 'any' }) });
      return (await answer.json()) as TokenPayload;
    },
    refresh: async (refreshToken) => {
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
      return (await (await post('/token', { body })).json()) as TokenPayload;
    },
    signOut: async (accessToken) => {
      await post('/logout', { headers: { authorization: `Bearer ${accessToken}` } });
    },
    roll: async () => ((await (await post('/drill/roll', {})).json()) as { kid: string }).kid,
    close: async () => {
      await line.close();
      await server.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}
