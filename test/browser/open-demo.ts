/**
 * The demo in a real process on a free port, with a store of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, freePort, startServer } from '../drills/server-process.ts';

export interface Demo {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts `tallystick serve --demo`, its issuer with `path`. `environment` is added to what it is started with. */
export async function openDemo(environment: Readonly<Record<string, string>>, path = ''): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-demo-'));
  const port = await freePort();
  // As its issuer is named: cookies are for this host.
  const url = `http://localhost:${port}${path}`;
  const server = await startServer([...cli, '--demo'], port, {
    TALLYSTICK_ISSUER: url,
    TALLYSTICK_STORE: `sqlite:${join(folder, 'tallystick.db')}`,
    ...environment,
  });
  return {
    url,
    stop: async () => {
      await server.kill('SIGTERM');
      rmSync(folder, { recursive: true });
    },
  };
}
