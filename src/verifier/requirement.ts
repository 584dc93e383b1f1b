/**
 * What a request asks of its token beside being valid.
 */
import { isScopeValue } from '../protocol/scope.ts';

export interface Requirement {
  /** Space-separated or a list; the token must have them all. */
  readonly scope?: string | readonly string[];
  /** How long ago the user may have signed in, in seconds (RFC 9470 section 4). */
  readonly maxAge?: number;
  /** The authentication context (`acr`) must be one of these. */
  readonly acrValues?: readonly string[];
}

export interface ResolvedRequirement {
  readonly scopes: readonly string[];
  readonly maxAge: number | undefined;
  readonly acrValues: readonly string[];
}

/** What each member can be, and how to say so. */
const members: Readonly<Record<string, { readonly wanted: string; readonly isFitting: (value: unknown) => boolean }>> =
  {
    scope: { wanted: 'words without quotes, backslashes and spaces', isFitting: (value) => areWords(listOf(value)) },
    maxAge: { wanted: 'a number of seconds', isFitting: (value) => typeof value === 'number' && value >= 0 },
    acrValues: { wanted: 'a list of words without quotes, backslashes and spaces', isFitting: areWords },
  };

/** Throws a `TypeError` that names what is wrong. A member that is misspelt or undefined would ask for nothing, so it is wrong. */
export function resolveRequirement(requirement: Requirement): ResolvedRequirement {
  for (const [name, value] of Object.entries(requirement)) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (!member?.isFitting(value)) throw new TypeError(`${name}: ${member?.wanted ?? 'cannot be asked of a request'}`);
  }
  const { scope = [], maxAge, acrValues = [] } = requirement;
  return { scopes: listOf(scope), maxAge, acrValues };
}

function listOf<Value>(scope: Value | string): Value | readonly string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : scope;
}

function areWords(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && isScopeValue(name));
}
