/**
 * What an operator should know of a configuration that is allowed and gives something up.
 */
import { usualMaxLifetime } from '../protocol/access-token.ts';
import type { Settings } from './options.ts';

/** Everything there is to warn of, a sentence each. */
export function warningsOf(settings: Settings): readonly string[] {
  return warnings.filter(({ applies }) => applies(settings)).map(({ text }) => text);
}

/** Told at the first sign-in of which nobody knows where it comes from. */
export const addressMissing =
  'A sign-in came without an address: failures are counted by account alone, and devices show no address. Whoever serves the handler has to pass it: auth.handler(request, { remoteAddress }); or with auth.signIn: from.address.';

interface Warning {
  readonly text: string;
  applies(settings: Settings): boolean;
}

const warnings: readonly Warning[] = [
  {
    text: 'Access tokens live for more than an hour: every verifier refuses them, unless its option maxLifetimeSeconds allows as much.',
    applies: ({ accessTokenLifetime }) => accessTokenLifetime > usualMaxLifetime * 1000,
  },
  {
    text: 'Nothing is stored: only this process knows who has signed out or was disabled, and only while it runs. Other servers, and this one after a restart, refresh those sessions. Another root secret is all that ends every session.',
    applies: ({ keeps }) => keeps === 'nothing',
  },
  {
    text: 'The store is in memory: users, signing keys, and which stateless sessions are revoked are known to this process alone, while it runs.',
    applies: ({ keeps, mode }) => keeps === 'while_running' && mode === 'stateless',
  },
  {
    text: 'Stateless sessions may do without a key: whoever copies such a refresh token can use it unseen until it ends.',
    applies: ({ mode, allowBearerRefresh }) => mode === 'stateless' && allowBearerRefresh,
  },
  {
    text: 'Stateless sessions never end by themselves: which of them are revoked is remembered for ever.',
    applies: ({ accepts, policy }) =>
      accepts.has('stateless') && policy.inactivityTimeout === null && policy.absoluteLifetime === null,
  },
];
