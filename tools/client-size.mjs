// Fails when the client's core, minified and compressed, is over its limit, and names what fills it.

import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What it is allowed to be. What keeps it there: docs/decisions/client-size.md. */
const limit = 5 * 1024;

const { outputFiles, metafile } = await build({
  stdin: { contents: "export { createClient } from './src/client/index.ts';", resolveDir: '.' },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  metafile: true,
  write: false,
}).catch(() => process.exit(1)); // esbuild has said why
const size = gzipSync(outputFiles[0]?.contents ?? '').length;

console.log(`createClient: ${size} of ${limit} bytes, minified and gzipped`);
if (size > limit) {
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const biggest = inputs.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput).slice(0, 5);
  for (const [path, { bytesInOutput }] of biggest)
    console.error(`  ${path}: ${bytesInOutput} bytes before compression`);
  process.exitCode = 1;
}
