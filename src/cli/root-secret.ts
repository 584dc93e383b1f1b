/**
 * The root secrets: configured, or made once and kept beside the embedded store, readable by its owner alone.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../stores/sqlite/make-folder.ts';
import { ConfigError } from './config.ts';
import type { NamedStore } from './open-store.ts';

/** The secrets, newest first. */
export function rootSecrets(
  configured: readonly string[] | undefined,
  { file, isVolatile }: NamedStore,
): readonly string[] {
  if (configured) return configured;
  if (isVolatile) return [makeSecret()];
  if (file === undefined) throw new ConfigError('TALLYSTICK_SECRET: has to be set for this store');
  assertFolder(dirname(file));
  return [keptSecret(secretPath(file))];
}

/** Where it cannot be made it is the store's path that is wrong, of which a secret beside it would hide the cause. */
function assertFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw new ConfigError(`TALLYSTICK_STORE: the folder ${path} cannot be made (${codeOf(error)})`, { cause: error });
  }
}

/** Where the secret of an embedded store is kept. */
export function secretPath(file: string): string {
  return join(dirname(file), 'secret');
}

function keptSecret(path: string): string {
  try {
    return readSecret(path) ?? keepSecret(path);
  } catch (error) {
    throw new ConfigError(`TALLYSTICK_SECRET: ${path} can be neither read nor made (${codeOf(error)})`, {
      cause: error,
    });
  }
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}

/** Two servers may start at once: the secret appears whole or not at all, and the first one stays. */
function keepSecret(path: string): string {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${makeSecret()}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8').trim();
}

function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}
