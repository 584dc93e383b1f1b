/**
 * Access tokens (RFC 9068): signed here for a session, and checked here for the server's own endpoints. Resource servers
 * check with the verifier, which never sees this code.
 */
import { type AccessTokenClaims, accessTokenType } from '../../protocol/access-token.ts';
import { checkAccessTokenClaims } from '../../protocol/check-access-token-claims.ts';
import { type CompactJws, type JsonObject, parseCompactJws } from '../../protocol/compact-jws.ts';
import { accessTokenEnd } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import { HostError } from '../ask-host.ts';
import { type HostClaims, readHostClaims } from '../host-claims.ts';
import { algorithms } from '../keys/algorithms.ts';
import type { Signer } from '../keys/create-signer.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { randomId } from './random-id.ts';
import { signingInput } from './signing-input.ts';

export interface AccessTokenSettings {
  readonly issuer: string;
  /** The resource servers the tokens are for. */
  readonly audience: readonly string[];
  /** In milliseconds. Up to 5 % is taken off at random, so that clients do not refresh in step. */
  readonly lifetime: number;
  /** Whether the tokens of a session that is bound to a key are bound to it too (RFC 9449 section 6.1). */
  readonly areBound: boolean;
  /** What the host adds to every token of a session. Must not name a claim that is set here. */
  readonly hostClaims?: HostClaims | undefined;
}

/** A token that lacks its signature alone: whatever could be wrong with it has been found out. */
export interface UnsignedAccessToken {
  readonly key: SigningKey;
  /** What is signed. */
  readonly input: string;
  readonly tokenType: 'Bearer' | 'DPoP';
  readonly scope: string;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** Makes and checks the access tokens of one issuer. */
export interface AccessTokens {
  /**
   * Makes a token for `session` as of `now`, the moment of the decision. `scope` may be narrower than the session's. Asks the
   * host for its claims, and throws a `HostError` where these are no good or too long.
   */
  prepare(session: SessionRecord, now: number, scope: string): UnsignedAccessToken;
  sign(unsigned: UnsignedAccessToken): Promise<string>;
  /** The claims of a token that is genuine and in time for this server's own endpoints. The session is **not** looked up. */
  authenticate(token: string, now: number): AccessTokenClaims | undefined;
  /** The session of a genuine token, however old: enough to sign out, and for nothing else. */
  sessionOf(token: string): { readonly sid: string; readonly subject: string; readonly clientId: string } | undefined;
}

const largestToken = 4096;
const shave = 0.05;

export function createAccessTokens(keys: KeyRing, signer: Signer, settings: AccessTokenSettings): AccessTokens {
  const { issuer, lifetime } = settings;
  const everywhere = {
    iss: issuer,
    aud: audienceClaim([...new Set([...settings.audience, issuer])]),
    areBound: settings.areBound,
  };
  const genuine = (token: string) => {
    const parsed = parseCompactJws(token);
    if (!parsed.ok) return undefined;
    const key = keys.find(String(parsed.header.kid));
    if (key === undefined || parsed.header.alg !== key.algorithm) return undefined;
    const input = Buffer.from(parsed.signingInput);
    return algorithms[key.algorithm].verify(input, key.publicKey, parsed.signature) ? parsed : undefined;
  };
  const check = ({ header, payload }: CompactJws<JsonObject>, now: number, clockToleranceSeconds: number) => {
    const result = checkAccessTokenClaims(header, payload, {
      issuer,
      audience: issuer,
      now,
      clockToleranceSeconds,
      maxLifetimeSeconds: Number.MAX_SAFE_INTEGER,
    });
    return result.ok ? result.claims : undefined;
  };
  return {
    prepare: (session, now, scope) => {
      const end = accessTokenEnd(session, now, lifetime * (1 - shave * Math.random()));
      const times = { issuedAtSeconds: Math.floor(now / 1000), expiresAtSeconds: end / 1000 };
      const added = settings.hostClaims && readHostClaims(settings.hostClaims, session);
      const claims = { ...added, ...claimsOf(session, scope, times, everywhere) };
      const key = keys.current(now);
      const input = signingInput({ alg: key.algorithm, typ: accessTokenType, kid: key.kid }, claims);
      assertRoom(input, key);
      return { key, input, tokenType: claims.cnf === undefined ? 'Bearer' : 'DPoP', scope, ...times };
    },
    sign: async ({ key, input }) => `${input}.${await signer.sign(key, input)}`,
    authenticate: (token, now) => {
      const parsed = genuine(token);
      return parsed && check(parsed, asOf(parsed.payload.iat, now), 0);
    },
    sessionOf: (token) => {
      const parsed = genuine(token);
      const claims = parsed && check(parsed, 0, Number.MAX_SAFE_INTEGER);
      return claims && { sid: claims.sid, subject: claims.sub, clientId: claims.client_id };
    },
  };
}

/** How far behind the store's clock a server's own idea of it may be, in milliseconds. */
const clockLag = 5000;

/** A genuine token is itself a reading of the store's clock, by whichever server signed it, and may be a later one than ours. */
function asOf(iat: unknown, now: number): number {
  const issuedAt = typeof iat === 'number' ? iat * 1000 : now;
  return issuedAt > now && issuedAt <= now + clockLag ? issuedAt : now;
}

/** With members that are undefined, which JSON leaves out. */
type Spelled<Claims> = { readonly [Name in keyof Claims]: Claims[Name] | undefined };

function claimsOf(
  session: SessionRecord,
  scope: string,
  times: Pick<UnsignedAccessToken, 'issuedAtSeconds' | 'expiresAtSeconds'>,
  { iss, aud, areBound }: Pick<AccessTokenClaims, 'iss' | 'aud'> & Pick<AccessTokenSettings, 'areBound'>,
): Spelled<AccessTokenClaims> {
  return {
    iss,
    aud,
    sub: session.subject,
    client_id: session.clientId,
    iat: times.issuedAtSeconds,
    exp: times.expiresAtSeconds,
    jti: randomId(),
    sid: session.sid,
    auth_time: Math.floor(session.authenticatedAt / 1000),
    scope: scope || undefined,
    acr: session.acr ?? undefined,
    cnf: areBound && session.keyThumbprint !== null ? { jkt: session.keyThumbprint } : undefined,
    amr: session.amr === '' ? undefined : session.amr.split(' '),
  };
}

function audienceClaim(audience: readonly string[]): string | readonly string[] {
  const [only] = audience;
  return audience.length === 1 && only !== undefined ? only : audience;
}

/** How long a signature is, is known before it is made. */
function assertRoom(input: string, { algorithm }: SigningKey): void {
  const length = input.length + 1 + Math.ceil((algorithms[algorithm].signatureLength * 4) / 3);
  if (length > largestToken) throw new HostError(`the access token has ${length} characters; drop some host claims`);
}
