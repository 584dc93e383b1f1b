/**
 * What a request asks of its token beside being valid.
 */

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

/** RFC 6749 section 3.3; what else could be in there would break out of the header it is sent in. */
const word = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Throws a `TypeError` that names what is wrong. */
export function resolveRequirement({ scope = [], maxAge, acrValues = [] }: Requirement): ResolvedRequirement {
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : scope;
  if (!scopes.every((name) => word.test(name)))
    throw new TypeError('scope: words without quotes, backslashes and spaces');
  if (!acrValues.every((name) => word.test(name))) throw new TypeError('acrValues: words without quotes and spaces');
  if (maxAge !== undefined && !(maxAge >= 0)) throw new TypeError('maxAge: a number of seconds');
  return { scopes, maxAge, acrValues };
}
