/**
 * The built pages. They are the project's own files and hold nothing private, so anyone may read them.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Where the build puts them, seen from this file in a checkout and in the package. */
const folder: string | undefined = ['../../dist/web', '../web']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(join(path, 'index.html')));

/** How long a browser may keep a file whose name changes with its content. */
const assetAge = 'public, max-age=31536000, immutable';

/** Serves the one page at `paths`, and its assets, all below `base`: the issuer's path. Without built pages it serves nothing. */
export function createPages(paths: readonly string[], base: string): Hono {
  const app = new Hono();
  if (folder === undefined) return app;
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
    },
    strictTransportSecurity: 'max-age=31536000; includeSubDomains',
    xFrameOptions: 'DENY',
  });
  const page = serveStatic({ root: folder, rewriteRequestPath: () => '/index.html' });
  for (const path of paths) app.get(base + path, headers, keep('no-cache'), page);
  // The pages find everything relative to themselves, which needs the slash.
  if (base !== '' && paths.includes('/')) app.get(base, headers, (exchange) => exchange.redirect(`${base}/`));
  const asset = serveStatic({ root: folder, rewriteRequestPath: (path) => path.slice(base.length) });
  app.get(`${base}/assets/*`, headers, keep(assetAge), asset);
  app.get(`${base}/favicon.svg`, headers, asset);
  return app;
}

/** Says how long what is there may be kept. That something is not there is true of this version of the pages alone. */
function keep(cacheControl: string): MiddlewareHandler {
  return async (exchange, next) => {
    await next();
    if (exchange.res.ok) exchange.header('Cache-Control', cacheControl);
  };
}
