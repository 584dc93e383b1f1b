// Starts a program in the repository's root with this terminal and these signals, and waits for its exit code.
// The repository's own Node (the npm package `node`) comes first on the program's path, whatever Node runs this file.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The Node that everything but these scripts runs on. */
export const ownNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The package of the compiler that checks and builds. TypeScript 6 stays beside it for dependency-cruiser, which needs its API. */
export const compiler = 'typescript-7';

const endWithParent = join(root, 'tools/end-with-parent.mjs');

const ownPath = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);

/**
 * Runs a program to its end; resolves with its exit code, or 128 + the number of the signal that ended it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [environment] added to this process's own
 * @returns {Promise<number>}
 */
export function run(command, args, environment) {
  const env = { ...process.env, PATH: ownPath, ...environment };
  return ended(spawn(command, args, { cwd: root, env, stdio: 'inherit' }));
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function ended(child) {
  const stopForwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
    });
  });
}

/**
 * Runs `args` with the repository's own Node.
 *
 * @param {string[]} args
 */
export function runNode(args) {
  return run(ownNode, args);
}

/**
 * The same for a long run, which ends when this process does, or whoever started this process, however they end. It has no
 * standard input.
 *
 * @param {string[]} args
 */
export function runNodeAlong(args) {
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid === parent || process.exit(1), 500);
  const env = { ...process.env, PATH: ownPath };
  const child = spawn(ownNode, ['--import', endWithParent, ...args], {
    cwd: root,
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  return ended(child).finally(() => clearInterval(watch));
}

/**
 * Runs the command of an installed package with the repository's own Node.
 *
 * @param {string} packageName
 * @param {string[]} args
 */
export function runTool(packageName, args) {
  const folder = join(root, 'node_modules', packageName);
  const { name, bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const command = typeof bin === 'string' ? bin : (bin[name] ?? Object.values(bin)[0]);
  return runNode([join(folder, command), ...args]);
}

/**
 * Ends this process with one line that says why.
 *
 * @param {string} message
 * @returns {never}
 */
export function stop(message) {
  console.error(message);
  process.exit(1);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} ends the forwarding
 */
function forwardSignals(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the child as well: a second one could cut its orderly end short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
