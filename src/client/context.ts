/**
 * What every part of a client works with: where it runs, what it was told, and what it writes down.
 */
import type { ClientStorage, Environment } from './environment.ts';
import type { History } from './history.ts';
import { type ClientOptions, readOptions, type Settings } from './options.ts';

export interface Context extends Environment, Omit<Settings, 'fetch' | 'storage'>, Pick<History, 'note'> {
  readonly storage?: ClientStorage | undefined;
  /** What tabs have in common goes by it. */
  readonly name: string;
}

/** Throws a `TypeError` that names the option that is wrong. */
export function createContext(host: Environment, options: ClientOptions, history: History): Context {
  const settings = readOptions(options, !!host.watchPage);
  const inCookie = settings.delivery === 'cookie';
  const storage = options.storage ?? (inCookie ? host.localStorage : undefined);
  // With the refresh token in storage that no other tab sees, each tab has a session of its own.
  const name = `tallystick:${settings.clientId ?? 'app'}@${settings.issuer}${storage || inCookie ? '' : host.random()}`;
  return { ...host, ...settings, storage, note: history.note, name };
}

/** Resolves after so many milliseconds. */
export function pause(environment: Pick<Environment, 'setTimer'>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => environment.setTimer(resolve, milliseconds));
}
