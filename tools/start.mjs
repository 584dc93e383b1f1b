// `npm start`: the demo, ready to try. Arguments are passed on to `tallystick serve`.

import { buildPages } from './build-pages.mjs';
import { install } from './install.mjs';
import { runNode } from './run.mjs';

await install();
await buildPages();
process.exitCode = await runNode(['src/cli/main.ts', 'serve', '--demo', ...process.argv.slice(2)]);
