// Builds something only if its sources are not the ones it was last built from.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, stop } from './run.mjs';

/**
 * @param {string} output the folder that is built, from the root
 * @param {string[]} sources files and folders it is built from, tests excepted; some may not exist
 * @param {() => Promise<number>} build resolves with an exit code
 */
export async function buildWhenChanged(output, sources, build) {
  const stampFile = join(root, 'node_modules/.cache/tallystick', `${output.replace(/\W/g, '-')}.sha256`);
  const stamp = hashFiles(sources);
  if (existsSync(join(root, output)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.log(`Building ${output}…`);
  rmSync(stampFile, { force: true });
  if ((await build()) !== 0) stop(`Building ${output} failed.`);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** @param {string[]} paths */
function hashFiles(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(listFiles)) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function listFiles(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [path];
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => listFiles(join(path, name)));
}
