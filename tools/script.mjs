// Runs one of the project's own scripts, a long run or a measurement, with what it needs installed:
// `node tools/script.mjs FILE [ARGUMENTS]`.

import { install } from './install.mjs';
import { providePrograms } from './programs.mjs';
import { runNodeAlong } from './run.mjs';

await install();
await providePrograms();
process.exitCode = await runNodeAlong(process.argv.slice(2));
