/**
 * Refresh tokens: made, made again, and authenticated, without a look at the store. HMAC-SHA-256, truncated to 16 bytes,
 * over every byte before it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  encodeRefreshToken,
  macLength,
  type ParsedRefreshToken,
  parseRefreshToken,
  refreshTokenBody,
} from '../../protocol/refresh-token.ts';
import type { TokenPosition } from '../../session/decide-refresh.ts';
import type { RootKey, RootKeys } from '../keys/root-secrets.ts';

/** A refresh token that was made here: where it stands, and in which session. */
export interface GenuineToken extends TokenPosition {
  readonly sid: string;
}

/**
 * What a text turned out to be. `unknown_key`: well-formed, under a root secret that is not configured; shortly after a
 * start it may be that the secret has not reached this server yet.
 */
export type TokenAuthenticity =
  | { readonly kind: 'genuine'; readonly token: GenuineToken }
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'forged' };

/** Makes and checks the refresh tokens of one issuer. */
export interface RefreshTokens {
  /** The token at a position of a session. The same arguments give the same bytes. */
  issue(token: GenuineToken): string;
  authenticate(text: string): TokenAuthenticity;
}

/** How long after a start an unknown root-key id may mean that the secret has not arrived here yet, in milliseconds. */
const settlingTime = 3_600_000;

/** Makes them; `monotonic` gives milliseconds, and tells how long this server has been up. */
export function createRefreshTokens(rootKeys: RootKeys, monotonic: () => number): RefreshTokens {
  const startedAt = monotonic();
  return {
    issue: ({ sid, generation, branch }) => {
      const body = refreshTokenBody({ rootKeyId: rootKeys.newest.id, sid, generation, branch });
      return encodeRefreshToken(body, macOf(rootKeys.newest, body));
    },
    authenticate: (text) => {
      const parsed = parseRefreshToken(text);
      if (parsed === undefined) return { kind: 'forged' };
      const key = rootKeys.find(parsed.rootKeyId);
      if (key === undefined) return { kind: monotonic() - startedAt < settlingTime ? 'unknown_key' : 'forged' };
      return isGenuine(parsed, key) ? { kind: 'genuine', token: positionOf(parsed) } : { kind: 'forged' };
    },
  };
}

function macOf(key: RootKey, body: Uint8Array): Buffer {
  return createHmac('sha256', key.derive('refresh-token')).update(body).digest().subarray(0, macLength);
}

function isGenuine(parsed: ParsedRefreshToken, key: RootKey): boolean {
  return timingSafeEqual(macOf(key, parsed.authenticated), parsed.mac);
}

function positionOf({ sid, generation, branch }: ParsedRefreshToken): GenuineToken {
  return { sid, generation, branch };
}
