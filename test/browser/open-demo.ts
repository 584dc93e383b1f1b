/**
 * The demo in a real process on a free port, with a store of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Demo {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts `tallystick serve --demo`. `environment` is added to what it is started with. */
export async function openDemo(environment: Readonly<Record<string, string>>): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-demo-'));
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)), 'serve', '--demo'],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, PORT: String(port), TALLYSTICK_LOG_LEVEL: 'info', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await listening(server);
  return {
    url: `http://localhost:${port}`,
    stop: async () => {
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function listening(server: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.stdout?.on('data', (chunk) => {
    if (String(chunk).includes('"listening"')) resolve();
  });
  server.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
  return promise;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
