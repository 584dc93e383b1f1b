/**
 * Decides whether header and claims are those of an access token (RFC 9068) for us, now. A pure decision: it does **not**
 * check the signature, whether the session has been revoked, or that whoever presents a key-bound token holds the key.
 */
import { type AccessTokenClaims, accessTokenType } from './access-token.ts';
import type { JsonObject } from './compact-jws.ts';
import { parseSessionStart } from './session-id.ts';
import { isThumbprint } from './thumbprint.ts';

/** Whose token it must be, for whom, and when. */
export interface AccessTokenExpectation {
  /** Compared as an exact string (RFC 9068 section 4). */
  readonly issuer: string;
  /** The token must name at least one of these, as an exact string. */
  readonly audience: string | readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How far the clocks of the two sides may be apart. */
  readonly clockToleranceSeconds: number;
  /** The longest life, from `iat` to `exp`, that is believed. */
  readonly maxLifetimeSeconds: number;
}

type ClaimName =
  | 'sub'
  | 'aud'
  | 'client_id'
  | 'iat'
  | 'exp'
  | 'jti'
  | 'sid'
  | 'auth_time'
  | 'nbf'
  | 'scope'
  | 'acr'
  | 'amr'
  | 'cnf';

/** Why claims are refused. For logs; a caller on the network is not told. */
export type AccessTokenFault =
  | 'wrong_typ'
  | 'wrong_iss'
  | 'wrong_aud'
  | `malformed_${ClaimName}`
  | 'wrong_lifetime'
  | 'expired'
  | 'not_yet_valid'
  | 'issued_in_future';

export type AccessTokenClaimsResult =
  | {
      readonly ok: true;
      readonly claims: AccessTokenClaims;
      /** When the session began, as its id says, in milliseconds of the store's clock. */
      readonly sessionStartedAt: number;
    }
  | { readonly ok: false; readonly reason: AccessTokenFault };

const accessTokenTypes: readonly unknown[] = [accessTokenType, `application/${accessTokenType}`];

/** Checks `header` and `claims`, both unverified so far, against what is expected. */
export function checkAccessTokenClaims(
  header: JsonObject,
  claims: JsonObject,
  expected: AccessTokenExpectation,
): AccessTokenClaimsResult {
  const reason = findFault(header, claims, expected);
  if (reason !== undefined) return { ok: false, reason };
  // Every claim that the type promises has been looked at.
  const wellFormed = claims as AccessTokenClaims;
  const sessionStartedAt = parseSessionStart(wellFormed.sid);
  if (sessionStartedAt === undefined) return { ok: false, reason: 'malformed_sid' };
  return { ok: true, claims: wellFormed, sessionStartedAt };
}

function findFault(
  header: JsonObject,
  claims: JsonObject,
  expected: AccessTokenExpectation,
): AccessTokenFault | undefined {
  if (!isAccessTokenType(header.typ)) return 'wrong_typ';
  if (claims.iss !== expected.issuer) return 'wrong_iss';
  const malformed = findMalformed(claims) ?? findMalformedOption(claims);
  if (malformed !== undefined) return `malformed_${malformed}`;
  const wellFormed = claims as AccessTokenClaims;
  return isForUs(wellFormed.aud, expected.audience) ? findTimeFault(wellFormed, expected) : 'wrong_aud';
}

/**
 * The first claim that has to be there and is not, or not as it must look. Each by its name: a loop over names takes four
 * times as long.
 */
function findMalformed({ sub, aud, client_id, iat, exp, jti, sid, auth_time }: JsonObject): ClaimName | undefined {
  if (!isText(sub) || sub.length > 255) return 'sub';
  if (!isText(aud) && !isTexts(aud)) return 'aud';
  if (!isText(client_id)) return 'client_id';
  if (!isTime(iat)) return 'iat';
  if (!isTime(exp)) return 'exp';
  if (!isText(jti)) return 'jti';
  if (!isText(sid)) return 'sid';
  return isTime(auth_time) ? undefined : 'auth_time';
}

/** The same of those that need not be there. */
function findMalformedOption({ nbf, scope, acr, amr, cnf }: JsonObject): ClaimName | undefined {
  if (nbf !== undefined && !isTime(nbf)) return 'nbf';
  if (scope !== undefined && typeof scope !== 'string') return 'scope';
  if (acr !== undefined && !isText(acr)) return 'acr';
  if (amr !== undefined && !isTexts(amr)) return 'amr';
  // Another method of confirmation than a key's thumbprint is one that nobody here could check.
  return cnf === undefined || isConfirmation(cnf) ? undefined : 'cnf';
}

/** RFC 9068 section 4: a media type, so its letters may be of either case. */
function isAccessTokenType(typ: unknown): boolean {
  return accessTokenTypes.includes(typ) || (typeof typ === 'string' && accessTokenTypes.includes(typ.toLowerCase()));
}

function isForUs(aud: string | readonly string[], audience: string | readonly string[]): boolean {
  const isOurs = (name: string) => (typeof audience === 'string' ? name === audience : audience.includes(name));
  return typeof aud === 'string' ? isOurs(aud) : aud.some(isOurs);
}

function findTimeFault(claims: AccessTokenClaims, expected: AccessTokenExpectation): AccessTokenFault | undefined {
  const lifetime = claims.exp - claims.iat;
  if (lifetime <= 0 || lifetime > expected.maxLifetimeSeconds) return 'wrong_lifetime';
  const earliest = expected.now / 1000 - expected.clockToleranceSeconds;
  const latest = expected.now / 1000 + expected.clockToleranceSeconds;
  if (claims.exp <= earliest) return 'expired';
  if (claims.iat > latest) return 'issued_in_future';
  // A sign-in may be still to come: a clock that was set back since ends no session. It is not recent then.
  return typeof claims.nbf === 'number' && claims.nbf > latest ? 'not_yet_valid' : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

/** Whole seconds: fractions, exponents past the safe integers and times before the epoch are nothing we would issue. */
function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** `{"jkt": …}` and nothing beside it (RFC 9449 section 6.1). */
function isConfirmation(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('jkt' in value)) return false;
  return typeof value.jkt === 'string' && isThumbprint(value.jkt) && Object.keys(value).length === 1;
}
