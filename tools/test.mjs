// `npm test`: all tests, with everything they need. Arguments are passed on to Vitest: `npm test -- src/session`.

import { buildPages } from './build-pages.mjs';
import { install, installRuntimes } from './install.mjs';
import { providePrograms } from './programs.mjs';
import { runTool } from './run.mjs';

await install();
await installRuntimes();
await providePrograms();
await buildPages();
process.exitCode = await runTool('vitest', ['run', ...process.argv.slice(2)]);
