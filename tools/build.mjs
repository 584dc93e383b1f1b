// `npm run build`: everything that is published, into dist/.

import { buildLibrary } from './build-library.mjs';
import { buildPages } from './build-pages.mjs';
import { install } from './install.mjs';

await install();
await buildLibrary();
await buildPages();
