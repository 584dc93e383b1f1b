/**
 * Refresh tokens of stateless sessions: JWTs that say everything there is to know of a session. HS256 under a key that is
 * derived from the root secret for this purpose and this issuer, and is in no key set: no resource server, however careless,
 * can take one for an access token. When such a token ends is said here and **not** checked.
 */
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { parseCompactJws } from '../../protocol/compact-jws.ts';
import { type RefreshTokenClaims, refreshTokenType } from '../../protocol/refresh-token-claims.ts';
import { parseSessionStart } from '../../protocol/session-id.ts';
import { isThumbprint } from '../../protocol/thumbprint.ts';
import { varintLimit } from '../../protocol/varint.ts';
import { atSignIn } from '../../session/at-sign-in.ts';
import type { TokenPosition } from '../../session/decide-refresh.ts';
import { endAfter, sessionEnd, soonerEnd } from '../../session/expiry.ts';
import type { SessionPolicy } from '../../session/session-policy.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import { macOf } from '../keys/mac.ts';
import type { RootKey, RootKeys } from '../keys/root-secrets.ts';
import type { Settings } from '../options.ts';
import type { TokenAuthenticity } from './genuine-token.ts';
import { randomId } from './random-id.ts';
import { signingInput } from './signing-input.ts';

export interface StatelessTokens {
  /** A token of `session` at a position, as of `now`. No two are alike. */
  issue(session: SessionRecord, position: TokenPosition, now: number): string;
  authenticate(text: string): TokenAuthenticity;
}

const algorithm = 'HS256';
const longestToken = 4096;

const text = z.string().min(1);
const seconds = z.int().min(0);
const counter = z
  .int()
  .min(0)
  .max(varintLimit - 1);

const claimsSchema: z.ZodType<RefreshTokenClaims> = z.strictObject({
  iss: text,
  sub: text.max(255),
  aud: text,
  client_id: text,
  sid: text,
  device_id: text,
  auth_time: seconds,
  iat: seconds,
  exp: seconds.optional(),
  session_ends_at: seconds.optional(),
  jti: text,
  scope: text.optional(),
  acr: text.optional(),
  amr: text.optional(),
  remember: z.literal(false).optional(),
  cnf: z.strictObject({ jkt: z.string().refine(isThumbprint) }).optional(),
  generation: counter.optional(),
  branch: counter.optional(),
});

export function createStatelessTokens(
  rootKeys: RootKeys,
  { issuerText: issuer, policy }: Pick<Settings, 'issuerText' | 'policy'>,
): StatelessTokens {
  const audience = `${issuer}/token`;
  return {
    issue: (session, position, now) => {
      const header = { alg: algorithm, typ: refreshTokenType, kid: String(rootKeys.newest.id) };
      const claims = { iss: issuer, aud: audience, ...claimsOf(session, position, now) };
      const input = signingInput(header, claims);
      return `${input}.${tokenMac(rootKeys.newest, input).toString('base64url')}`;
    },
    authenticate: (token) => {
      const parsed = parseCompactJws(token, longestToken);
      if (!parsed.ok || parsed.header.typ !== refreshTokenType || parsed.header.alg !== algorithm) return forged;
      const id = keyId(parsed.header.kid);
      if (id === undefined) return forged;
      const key = rootKeys.find(id);
      if (key === undefined) return { kind: 'unknown_key' };
      if (!isEqual(tokenMac(key, parsed.signingInput), parsed.signature)) return forged;
      const claims = claimsSchema.safeParse(parsed.payload);
      if (!claims.success || claims.data.iss !== issuer || claims.data.aud !== audience) return forged;
      return toGenuine(claims.data, policy);
    },
  };
}

const forged: TokenAuthenticity = { kind: 'forged' };

/** A root key's id, as the header has it. */
function keyId(kid: unknown): number | undefined {
  return typeof kid === 'string' && /^\d{1,3}$/.test(kid) ? Number(kid) : undefined;
}

function tokenMac(key: RootKey, input: string): Buffer {
  return macOf(key.derive('stateless-refresh-token'), input);
}

function isEqual(mac: Uint8Array, other: Uint8Array): boolean {
  return mac.length === other.length && timingSafeEqual(mac, other);
}

function claimsOf(
  session: SessionRecord,
  { generation, branch }: TokenPosition,
  now: number,
): Omit<RefreshTokenClaims, 'iss' | 'aud'> {
  return {
    sub: session.subject,
    client_id: session.clientId,
    sid: session.sid,
    device_id: session.deviceId,
    auth_time: toSeconds(session.authenticatedAt),
    iat: toSeconds(now),
    exp: toEnd(sessionEnd(session)),
    session_ends_at: toEnd(session.absoluteEndsAt),
    jti: randomId(),
    scope: session.scope || undefined,
    acr: session.acr ?? undefined,
    amr: session.amr || undefined,
    remember: session.remember ? undefined : false,
    cnf: session.keyThumbprint === null ? undefined : { jkt: session.keyThumbprint },
    generation: generation || undefined,
    branch: branch || undefined,
  };
}

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

function toEnd(end: number | null): number | undefined {
  return end === null ? undefined : toSeconds(end);
}

/**
 * The session as the token tells it, just as it was when the token was made. Limits that have been lowered since hold at
 * once, so that what was revoked has to be remembered no longer than the limits say.
 */
function toGenuine(claims: RefreshTokenClaims, policy: SessionPolicy): TokenAuthenticity {
  const startedAt = parseSessionStart(claims.sid);
  if (startedAt === undefined) return forged;
  const { generation = 0, branch = 0 } = claims;
  const session: SessionRecord = {
    sid: claims.sid,
    subject: claims.sub,
    deviceId: claims.device_id,
    clientId: claims.client_id,
    scope: claims.scope ?? '',
    authenticatedAt: claims.auth_time * 1000,
    acr: claims.acr ?? null,
    amr: claims.amr ?? '',
    keyThumbprint: claims.cnf?.jkt ?? null,
    ...atSignIn,
    generation,
    branch,
    remember: claims.remember ?? true,
    inactivityEndsAt: soonerEnd(fromEnd(claims.exp), endAfter(claims.iat * 1000, policy.inactivityTimeout)),
    absoluteEndsAt: soonerEnd(fromEnd(claims.session_ends_at), endAfter(startedAt, policy.absoluteLifetime)),
    lastAddress: '',
    lastAgent: '',
  };
  return { kind: 'genuine', token: { sid: claims.sid, generation, branch, session } };
}

function fromEnd(end: number | undefined): number | null {
  return end === undefined ? null : end * 1000;
}
