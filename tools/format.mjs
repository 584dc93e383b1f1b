// `npm run format`: lays out every file, sorts imports and applies the linter's safe corrections.

import { install } from './install.mjs';
import { runTool } from './run.mjs';

await install();
process.exitCode = await runTool('@biomejs/biome', ['check', '--write', ...process.argv.slice(2)]);
