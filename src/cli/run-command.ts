/**
 * The administrative commands: each opens the configured store, does one thing and says so.
 */
import type { Tallystick } from '../server/index.ts';
import { type Config, ConfigError } from './config.ts';
import { createLog, logEvents } from './create-log.ts';
import { createServer } from './create-server.ts';

/** A command cannot do what it was asked to. The message is for the operator. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Runs one command on the configured server, and prints what it gives. */
export async function runCommand(config: Config, command: (auth: Tallystick) => Promise<string>): Promise<void> {
  if (config.TALLYSTICK_STORE === 'memory:') throw new ConfigError('TALLYSTICK_STORE: memory: is another process’s');
  const { auth } = await createServer(config, logEvents(createLog('silent')));
  try {
    process.stdout.write(await command(auth));
  } finally {
    await auth.close();
  }
}
