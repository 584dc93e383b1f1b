// Builds what is published of src/: JavaScript, types and source maps in dist/, if the sources changed.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhenChanged } from './build-when-changed.mjs';
import { compiler, root, runTool } from './run.mjs';

export function buildLibrary() {
  const sources = ['src', 'tsconfig.json', 'tools/tsconfig', 'package-lock.json', 'tools/build-library.mjs'];
  return buildWhenChanged('dist/protocol', sources, async () => {
    removeOldOutput();
    return runTool(compiler, ['-p', 'tools/tsconfig/build.json']);
  });
}

/** What was built from a file that has gone would be published still. dist/web is not ours. */
function removeOldOutput() {
  const dist = join(root, 'dist');
  const names = existsSync(dist) ? readdirSync(dist).filter((name) => name !== 'web') : [];
  for (const name of names) rmSync(join(dist, name), { recursive: true });
}
