/**
 * What the client costs a page: bundled with what it imports, minified, compressed with gzip. The dialog and drafts count
 * what they add to the core.
 */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Line } from './line.ts';

const core = "export { createClient } from './src/client/index.ts';";
const extras = "export * from './src/client/dialog.ts'; export * from './src/client/drafts.ts';";

export const line: Line = {
  name: 'client-size',
  title: 'size of the client, minified and compressed',
  measure: async () => {
    const coreSize = await sizeOf(core);
    const added = (await sizeOf(core + extras)) - coreSize;
    return {
      findings: [
        { what: 'createClient', unit: 'bytes', runs: [coreSize], bar: { atMost: 5 * 1024 } },
        { what: 'dialog and drafts beside it', unit: 'bytes', runs: [added], bar: { atMost: 3 * 1024 } },
      ],
      evidence: ['bundled by esbuild as one ES module for browsers'],
    };
  },
};

async function sizeOf(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length;
}
