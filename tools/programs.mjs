// The programs that the tests and the benchmark need beside npm's packages: finds them, and installs them on Debian and Ubuntu as root.
// A program that cannot be provided ends the run; no test is skipped for it.

import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { run, stop } from './run.mjs';

/** @type {Record<string, {commands: string[], debianPackages: string[]}>} */
const programs = {
  Chromium: {
    commands: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    debianPackages: ['chromium', 'fonts-liberation'],
  },
  PostgreSQL: { commands: ['postgres', '/usr/lib/postgresql/*/bin/postgres'], debianPackages: ['postgresql'] },
  Redis: { commands: ['redis-server'], debianPackages: ['redis-server', 'redis-tools'] },
  strace: { commands: ['strace'], debianPackages: ['strace'] },
  wrk: { commands: ['wrk'], debianPackages: ['wrk'] },
};

/** What the tests and the drills run on. */
const forTests = ['Chromium', 'PostgreSQL', 'Redis'];
/** What `npm run bench` needs. */
export const forBench = ['Chromium', 'PostgreSQL', 'strace', 'wrk'];

/**
 * The full path of a program's first command that this machine has.
 *
 * @param {string} name a key of the table above
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return programs[name]?.commands
    .flatMap((command) =>
      isAbsolute(command) ? everyVersion(command) : folders.map((folder) => join(folder, command)),
    )
    .find(isExecutable);
}

/**
 * The paths that `*` in `path` stands for, the newest version first.
 *
 * @param {string} path
 */
function everyVersion(path) {
  const [folder = '', rest] = path.split('/*/');
  if (rest === undefined) return [path];
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(folder, version, rest));
}

/**
 * Sees to it that programs of the table are there, or ends the run with one line that names what is missing.
 *
 * @param {readonly string[]} [names]
 */
export async function providePrograms(names = forTests) {
  const missing = names.filter((name) => !findProgram(name));
  if (missing.length > 0 && canInstall()) {
    await installPackages(missing.flatMap((name) => programs[name]?.debianPackages ?? []));
  }
  const absent = missing.filter((name) => !findProgram(name));
  if (absent.length > 0) stop(`This needs ${absent.join(' and ')}: install it and run it again.`);
}

function canInstall() {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0;
}

/** @param {string[]} names */
async function installPackages(names) {
  console.log(`Installing ${names.join(', ')}…`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-qq', '--no-install-recommends', ...names];
  // Debian's mirror may have moved on from what this machine knows of it, so the lists are renewed first.
  await run('apt-get', ['update', '-qq'], environment);
  await run('apt-get', ['-o', 'Dpkg::Use-Pty=0', '-y', ...install], environment);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
