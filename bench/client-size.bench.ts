/**
 * What the client costs a page: bundled with what it imports, minified, compressed with gzip. The dialog and drafts count
 * what they add to the core. Beside it the clients that people use today, by the same settings.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Finding, Line } from './line.ts';

const core = "export { createClient } from './src/client/index.ts';";
const extras = "export * from './src/client/dialog.ts'; export * from './src/client/drafts.ts';";

/**
 * What a page imports of each to keep its user signed in. They do less than ours in some ways and more in others: sign-in by
 * redirect with OpenID Connect, password resets, social sign-in.
 */
const peers: Readonly<Record<string, string>> = {
  'oidc-client-ts': "export { UserManager } from 'oidc-client-ts';",
  '@auth0/auth0-spa-js': "export { Auth0Client } from '@auth0/auth0-spa-js';",
  'keycloak-js': "export { default } from 'keycloak-js';",
  'better-auth': "export { createAuthClient } from 'better-auth/client';",
  'next-auth': "export { SessionProvider, useSession, signIn, signOut } from 'next-auth/react';",
  '@supabase/auth-js': "export { AuthClient } from '@supabase/auth-js';",
};

export const line: Line = {
  name: 'client-size',
  title: 'size of the client, minified and compressed',
  measure: async () => {
    const coreSize = await sizeOf(core);
    const added = (await sizeOf(core + extras)) - coreSize;
    return {
      findings: [
        { what: 'createClient', unit: 'bytes', runs: [coreSize], bar: { atMost: 5 * 1024 } },
        { what: 'dialog and drafts beside it', unit: 'bytes', runs: [added], bar: { atMost: 3 * 1024 } },
        ...(await measurePeers()),
      ],
      evidence: ['bundled by esbuild as one ES module for browsers, without React where it needs that'],
    };
  },
};

async function measurePeers(): Promise<Finding[]> {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  const sizes = Object.entries(peers).map(async ([name, contents]): Promise<Finding> => {
    return { what: `${name} ${dependencies[name]}`, unit: 'bytes', runs: [await sizeOf(contents, 'peers')] };
  });
  return Promise.all(sizes);
}

/** @param folder Where what it imports is looked for, seen from here. */
async function sizeOf(contents: string, folder = '..'): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(folder, import.meta.url)) },
    external: ['react', 'react/*'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length;
}
