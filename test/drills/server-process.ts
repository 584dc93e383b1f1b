/**
 * Servers in processes of their own, to be raced, killed and started again.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { spawnNode } from './spawn-node.ts';

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Where the standalone server is started from. */
export const cli: readonly string[] = [fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)), 'serve'];

/** Runs a script on this very Node until it says that it is listening. It ends with this process, if it has not before. */
export async function startServer(
  script: readonly string[],
  port: number,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const env = { PATH: process.env.PATH, PORT: String(port), ...environment };
  const child = spawnNode(script, env);
  await listening(child);
  const ended =
    child.exitCode === null && child.signalCode === null ? once(child, 'exit').then(() => {}) : Promise.resolve();
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    ended,
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

async function listening(child: ReturnType<typeof spawnNode>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk) => {
    if (String(chunk).includes('listening')) resolve();
  });
  child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was listening`)));
  return promise;
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port to be had');
  return address.port;
}
