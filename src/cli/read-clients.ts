/**
 * The file of configured clients that `TALLYSTICK_CLIENTS` names: a JSON array of names and of confidential clients.
 */
import { readFileSync } from 'node:fs';
import type { ConfidentialClient } from '../server/index.ts';
import { ConfigError } from './config.ts';

/** Reads the file. That it is an array is checked here; what is in it, by the library that takes it. */
export function readClients(path: string): readonly (string | ConfidentialClient)[] {
  const value = parse(path, read(path));
  if (!Array.isArray(value)) throw new ConfigError(`TALLYSTICK_CLIENTS: ${path} is not a JSON array`);
  return value;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigError(`TALLYSTICK_CLIENTS: ${path} cannot be read (${code})`, { cause: error });
  }
}

/** What a parser says of a text may quote from it, so it is not passed on. */
function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(`TALLYSTICK_CLIENTS: ${path} is not JSON`);
  }
}
