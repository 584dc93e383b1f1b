// Installs what package-lock.json asks for, if it is not installed yet. Looks at versions and hashes, not at times, so it
// neither repeats an `npm ci` done by hand nor misses a lockfile that came with a `git pull`.

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ownNode, root, run, stop } from './run.mjs';

export async function install() {
  await installFolder('.');
  if (!existsSync(ownNode)) {
    stop(
      'Node 24 is missing since npm ran no install scripts: run `npm rebuild node --ignore-scripts=false`, then again.',
    );
  }
}

/** What the benchmark compares with, in its own folder. */
export async function installBench() {
  await installFolder('bench');
}

/** What the verifier's suite is compared on, beside Node and Chromium. */
export async function installRuntimes() {
  await installFolder('test/runtimes');
}

/** @param {string} folder */
async function installFolder(folder) {
  if (isInstalled(folder)) return;
  console.log('Installing dependencies…');
  const how = ['--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'];
  if ((await runNpm(['ci', ...how])) !== 0) stop('`npm ci` failed.');
}

/**
 * Whether a folder has what its lockfile asks for.
 *
 * @param {string} folder
 */
export function isInstalled(folder) {
  const found = readPackages(join(folder, 'node_modules/.package-lock.json'));
  return Object.entries(readPackages(join(folder, 'package-lock.json'))).every(([path, { integrity, optional }]) => {
    if (path === '') return true;
    const installed = found[path];
    // Optional packages are those of other platforms, which npm leaves out.
    return installed === undefined ? optional === true : installed.integrity === integrity;
  });
}

/**
 * @param {string} lockfile
 * @returns {Record<string, {integrity?: string, optional?: boolean}>}
 */
function readPackages(lockfile) {
  const path = join(root, lockfile);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

/**
 * Runs npm on the machine's Node: the repository's own is about to be replaced.
 *
 * @param {string[]} args
 */
function runNpm(args) {
  const path = (process.env.PATH ?? '').split(delimiter);
  const PATH = path.filter((folder) => !folder.endsWith(join('node_modules', '.bin'))).join(delimiter);
  return process.platform === 'win32' ? run('cmd', ['/c', 'npm', ...args], { PATH }) : run('npm', args, { PATH });
}
