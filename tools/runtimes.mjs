// `npm run runtimes`: compares the verifier's verdicts in Node, Bun, Deno, workerd and Chromium, token for token.

import { install, installRuntimes } from './install.mjs';
import { providePrograms } from './programs.mjs';
import { runNode } from './run.mjs';

await install();
await installRuntimes();
await providePrograms();
process.exitCode = await runNode(['test/runtimes/compare.ts', ...process.argv.slice(2)]);
