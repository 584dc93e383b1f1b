/**
 * Refresh tokens of stored sessions: made, made again, and authenticated. HMAC-SHA-256, truncated to 16 bytes, over every
 * byte before it.
 */
import { timingSafeEqual } from 'node:crypto';
import {
  encodeRefreshToken,
  macLength,
  type ParsedRefreshToken,
  parseRefreshToken,
  refreshTokenBody,
} from '../../protocol/refresh-token.ts';
import type { TokenPosition } from '../../session/decide-refresh.ts';
import { macOf } from '../keys/mac.ts';
import type { RootKey, RootKeys } from '../keys/root-secrets.ts';
import type { TokenAuthenticity } from './genuine-token.ts';

export interface StoredTokens {
  /** The token at a position of a session. The same arguments give the same bytes. */
  issue(token: TokenPosition & { readonly sid: string }): string;
  authenticate(text: string): TokenAuthenticity;
}

export function createStoredTokens(rootKeys: RootKeys): StoredTokens {
  return {
    issue: ({ sid, generation, branch }) => {
      const body = refreshTokenBody({ rootKeyId: rootKeys.newest.id, sid, generation, branch });
      return encodeRefreshToken(body, tokenMac(rootKeys.newest, body));
    },
    authenticate: (text) => {
      const parsed = parseRefreshToken(text);
      if (parsed === undefined) return { kind: 'forged' };
      const key = rootKeys.find(parsed.rootKeyId);
      if (key === undefined) return { kind: 'unknown_key' };
      const { sid, generation, branch } = parsed;
      return isGenuine(parsed, key) ? { kind: 'genuine', token: { sid, generation, branch } } : { kind: 'forged' };
    },
  };
}

function tokenMac(key: RootKey, body: Uint8Array): Uint8Array {
  return macOf(key.derive('refresh-token'), body).subarray(0, macLength);
}

function isGenuine(parsed: ParsedRefreshToken, key: RootKey): boolean {
  return timingSafeEqual(tokenMac(key, parsed.authenticated), parsed.mac);
}
