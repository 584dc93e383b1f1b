// Builds the pages that the server serves, web/ → dist/web/, if their sources changed.

import { buildWhenChanged } from './build-when-changed.mjs';
import { runTool } from './run.mjs';

export function buildPages() {
  const sources = ['web', 'src/client', 'src/react', 'src/protocol', 'package-lock.json', 'tools/build-pages.mjs'];
  return buildWhenChanged('dist/web', sources, () => runTool('vite', ['build', 'web', '--logLevel=warn']));
}
