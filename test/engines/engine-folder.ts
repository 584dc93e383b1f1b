/**
 * A temporary folder in which private engines run, for one test file. When this process ends, however it ends, the engines
 * are killed and the folder goes.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createGuardedFolder, type GuardedFolder } from './guarded-folder.ts';

export interface EngineFolder extends GuardedFolder {
  /** Starts a program that runs until it ends or is killed. What it says is in `NAME.log`. */
  start(name: string, command: string, args: readonly string[]): ChildProcess;
  /** Runs a program to its end; throws where it fails. */
  run(command: string, args: readonly string[], environment?: Readonly<Record<string, string>>): void;
}

/** Engines refuse to run as root: then they run as `user`, or as nobody where there is none. */
export function createEngineFolder(user: string): EngineFolder {
  const { path, remove } = createGuardedFolder('tallystick-engine-');
  const identity = process.getuid?.() === 0 ? identityOf(user) : undefined;
  if (identity) chownSync(path, identity.uid, identity.gid);
  return {
    path,
    start: (name, command, args) => {
      const log = openSync(join(path, `${name}.log`), 'a', 0o666);
      const child = spawn(command, args, { ...identity, cwd: path, stdio: ['ignore', log, log], detached: true });
      writeFileSync(join(path, `${child.pid}.pid`), '');
      child.once('exit', () => rmSync(join(path, `${child.pid}.pid`), { force: true }));
      return child;
    },
    run: (command, args, environment) => {
      const env = { ...process.env, ...environment };
      execFileSync(command, args, { ...identity, cwd: path, env, stdio: ['ignore', 'ignore', 'pipe'] });
    },
    remove,
  };
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

function identityOf(user: string): Identity {
  const idOf = (name: string, flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }).toString());
  try {
    return { uid: idOf(user, '-u'), gid: idOf(user, '-g') };
  } catch {
    return { uid: idOf('nobody', '-u'), gid: idOf('nobody', '-g') };
  }
}

/** A port on loopback that nothing listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a server on a port has an address with a port');
  return address.port;
}
