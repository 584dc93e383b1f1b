#!/usr/bin/env node
/**
 * The `tallystick` command.
 */
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Tallystick } from '../server/index.ts';
import { newClient } from './commands/client.ts';
import { listDevices, removeDevice } from './commands/device.ts';
import { doctor } from './commands/doctor.ts';
import { listKeys, removeKey, rollKey } from './commands/key.ts';
import { restored } from './commands/restored.ts';
import { serve } from './commands/serve.ts';
import { addUser, disableUser, enableUser, listUsers, setPassword } from './commands/user.ts';
import { readConfig } from './config.ts';
import { CommandError, runCommand } from './run-command.ts';

const usage = `Usage: tallystick COMMAND

  serve [--demo]              serve; --demo: with the demo bank and its users
  serve --workers N           serve with N processes on one port and one store
  user add NAME               add a user; the password comes from a prompt or standard input
  user list
  user password NAME          give a user a new password, taken as by user add, and end all their sessions
  user disable NAME           keep a user from signing in and end all their sessions
  user enable NAME            let a disabled user sign in again
  device list USER
  device remove USER ID       take a device off a user's list and end its session
  client new ID               make a secret for a confidential client and print it once, with its hash
  key list
  key roll                    publish the next signing key now
  key remove KID              take a signing key away at once
  doctor                      look over the configuration, the secret, the store, the clock and the keys
  restored                    after a backup was restored: end every session there is

  --help, --version

Configuration comes from the environment; see ${fileURLToPath(new URL('../../docs/configuration.md', import.meta.url))}
`;

type Command = (auth: Tallystick, ...operands: string[]) => Promise<string>;

/** Every administrative command, with the operands it takes. */
const commands: Readonly<Record<string, { readonly run: Command; readonly operands: readonly string[] }>> = {
  'user add': { run: addUser, operands: ['NAME'] },
  'user list': { run: listUsers, operands: [] },
  'user password': { run: setPassword, operands: ['NAME'] },
  'user disable': { run: disableUser, operands: ['NAME'] },
  'user enable': { run: enableUser, operands: ['NAME'] },
  'device list': { run: listDevices, operands: ['USER'] },
  'device remove': { run: removeDevice, operands: ['USER', 'ID'] },
  'key list': { run: listKeys, operands: [] },
  'key roll': { run: rollKey, operands: [] },
  'key remove': { run: removeKey, operands: ['KID'] },
  restored: { run: restored, operands: [] },
} satisfies Record<
  string,
  { run: (auth: Tallystick, ...operands: never[]) => Promise<string>; operands: readonly string[] }
>;

const options = {
  demo: { type: 'boolean' },
  workers: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  if (values.version) return print(`${readVersion()}\n`);
  if (values.help || positionals.length === 0) return print(usage);
  const [noun = '', verb = '', ...operands] = positionals;
  const { demo = false, workers } = values;
  if (noun === 'serve' && verb === '') return serve(readConfig(process.env), { demo, workers: readWorkers(workers) });
  if (noun === 'client' && verb === 'new' && operands.length === 1) return print(newClient(operands[0] ?? ''));
  if (noun === 'doctor' && verb === '') return doctor(process.env);
  const name = positionals.slice(0, 2).join(' ');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined || demo || workers !== undefined) {
    throw new CommandError(`"${positionals.join(' ')}" is not a command; see tallystick --help`);
  }
  if (operands.length !== command.operands.length) {
    const taken = [...command.operands, 'nothing else'].join(' and ');
    throw new CommandError(`"${noun} ${verb}" takes ${taken}; see tallystick --help`);
  }
  return runCommand(readConfig(process.env), (auth) => command.run(auth, ...operands));
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: protectOperands(args), allowPositionals: true, options });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The advice that follows is for programs that take anything.
    const [problem] = error.message.split(/\. |\n/);
    throw new CommandError(`${problem}; see tallystick --help`);
  }
}

/** An id may begin with a dash: what follows the words of an administrative command is taken as it stands. */
function protectOperands(args: readonly string[]): string[] {
  const words = args.slice(0, 2);
  const isCommand = Object.hasOwn(commands, words.join(' ')) && !args.includes('--help') && !args.includes('-h');
  return isCommand ? [...words, '--', ...args.slice(2)] : [...args];
}

function readWorkers(text = '1'): number {
  if (!/^[1-9]\d?$/.test(text)) throw new CommandError('--workers: 1 to 99 processes');
  return Number(text);
}

function print(text: string): void {
  process.stdout.write(text);
}

function readVersion(): string {
  const found: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof found === 'object' && found !== null && 'version' in found ? String(found.version) : '';
}

main(process.argv.slice(2))
  .catch((error: unknown) => {
    process.stderr.write(`tallystick: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    // One of several processes is held by the one that started it.
    cluster.worker?.disconnect();
    // What is left open by then is a connection whose other end says nothing any more.
    setTimeout(() => process.exit(), 1_000).unref();
  });
