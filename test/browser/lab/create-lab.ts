/**
 * Pages of the test's own, which do as little as possible with the client: bundled once, served beside the bank.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Hono } from 'hono';

const scripts = ['client-page', 'redirect-page', 'react-page'] as const;

/** Serves each page under its name, with and without anything behind it. */
export async function createLab(): Promise<Hono> {
  const { outputFiles } = await build({
    entryPoints: scripts.map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))),
    outdir: '/lab',
    bundle: true,
    format: 'esm',
    write: false,
    // React's StrictMode does everything twice in development alone.
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  const app = new Hono();
  scripts.forEach((name, index) => {
    const script = outputFiles[index]?.text ?? '';
    app.get(`/${name}.js`, ({ body }) => body(script, 200, { 'Content-Type': 'text/javascript' }));
    app.get(`/${name}`, ({ html }) => html(page(name)));
  });
  return app;
}

function page(name: string): string {
  return `<!doctype html><html lang="en"><title>${name}</title><link rel="icon" href="data:,"><main id="root"></main><script type="module" src="/lab/${name}.js"></script></html>`;
}
