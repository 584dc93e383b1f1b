// `npm run check`: everything that can be said about the code without running it. Every step runs, whatever an earlier
// one found; the last line names those that failed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { install, isInstalled } from './install.mjs';
import { compiler, root, runNode, runTool } from './run.mjs';

const folders = ['src', 'web', 'test', 'bench', 'examples', 'tools'].filter((name) => existsSync(join(root, name)));

/** @param {string} name */
const checkTypes = (name) => runTool(compiler, ['--noEmit', '-p', name]);

/** @type {[name: string, step: () => Promise<number>][]} */
const steps = [
  ['format and lint', () => runTool('@biomejs/biome', ['check', '--error-on-warnings'])],
  ['types', () => checkTypes('tsconfig.json')],
  ['types of the tools', () => checkTypes('tools/tsconfig/tools.json')],
  ['types of what any runtime can run', () => checkTypes('tools/tsconfig/neutral.json')],
  ['types of what Node runs', () => checkTypes('tools/tsconfig/node.json')],
  ['types of what browsers run', () => checkTypes('tools/tsconfig/browser.json')],
  ['types of what the benchmark compares with', checkPeers],
  ['import directions', () => runTool('dependency-cruiser', ['--config', '.dependency-cruiser.mjs', ...folders])],
  ['dead code', () => runTool('knip', [])],
  ['published package', checkPackage],
  ['client size', () => runNode(['tools/client-size.mjs'])],
];

/** These packages come with the first `npm run bench`: nobody else needs them. */
async function checkPeers() {
  if (isInstalled('bench')) return checkTypes('bench/peers/tsconfig.json');
  console.log('not installed, so not checked');
  return 0;
}

async function checkPackage() {
  const built = await runNode(['tools/build.mjs']);
  return built === 0 ? runTool('publint', ['--strict']) : built;
}

await install();
const failed = [];
for (const [name, step] of steps) {
  console.log(`\n── ${name}`);
  if ((await step()) !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
