// `npm run bench`: the measurements, with what they need installed. Arguments are passed on: `npm run bench -- refresh-sqlite`.

import { install, installBench } from './install.mjs';
import { forBench, providePrograms } from './programs.mjs';
import { runNodeAlong } from './run.mjs';

await install();
await installBench();
await providePrograms(forBench);
process.exitCode = await runNodeAlong(['bench/main.ts', ...process.argv.slice(2)]);
