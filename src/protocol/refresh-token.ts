/**
 * The refresh token of stored sessions: `tsr_` + base64url of
 *
 *     version 1 B | root-key id 1 B | session id 16 B | generation | branch | MAC 16 B
 *
 * with the two counters as varints below 2³². This file knows the layout; it neither makes nor checks the MAC, so what it
 * parses is a claim until the server has authenticated it. Only the canonical encoding is accepted.
 */
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { sessionIdLength } from './session-id.ts';
import { pushVarint, readVarint } from './varint.ts';

/** Lets secret scanners find a refresh token that leaked. */
export const refreshTokenPrefix = 'tsr_';

export const macLength = 16;

const version = 1;
const headLength: number = 2 + sessionIdLength;
const shortestLength: number = headLength + 2 + macLength;
const longestLength: number = headLength + 10 + macLength;

/** What a refresh token says, before anyone has checked that it is genuine. */
export interface RefreshTokenParts {
  /** Which root secret authenticates it, 0 to 255. */
  readonly rootKeyId: number;
  readonly sid: string;
  readonly generation: number;
  readonly branch: number;
}

/** A parsed token beside the bytes its MAC covers and the MAC itself. */
export interface ParsedRefreshToken extends RefreshTokenParts {
  readonly authenticated: Uint8Array;
  readonly mac: Uint8Array;
}

/** The bytes that a refresh token's MAC covers. `parts.sid` must be a session id. */
export function refreshTokenBody(parts: RefreshTokenParts): Uint8Array {
  const sid = decodeBase64url(parts.sid);
  if (sid?.length !== sessionIdLength) throw new RangeError('not a session id');
  const bytes = [version, parts.rootKeyId, ...sid];
  pushVarint(bytes, parts.generation);
  pushVarint(bytes, parts.branch);
  return Uint8Array.from(bytes);
}

/** The text of a refresh token from its authenticated bytes and their MAC. */
export function encodeRefreshToken(authenticated: Uint8Array, mac: Uint8Array): string {
  const bytes = new Uint8Array(authenticated.length + macLength);
  bytes.set(authenticated);
  bytes.set(mac.subarray(0, macLength), authenticated.length);
  return refreshTokenPrefix + encodeBase64url(bytes);
}

/** Reads a refresh token, or gives `undefined` where `text` cannot be one. The MAC is **not** checked. */
export function parseRefreshToken(text: string): ParsedRefreshToken | undefined {
  if (!text.startsWith(refreshTokenPrefix) || text.length > 80) return undefined;
  const bytes = decodeBase64url(text.slice(refreshTokenPrefix.length));
  if (bytes === undefined || bytes.length < shortestLength || bytes.length > longestLength) return undefined;
  const [foundVersion, rootKeyId] = bytes;
  if (foundVersion !== version || rootKeyId === undefined) return undefined;
  const authenticated = bytes.subarray(0, bytes.length - macLength);
  const generation = readVarint(authenticated, headLength);
  const branch = generation && readVarint(authenticated, generation.next);
  if (branch?.next !== authenticated.length) return undefined;
  return {
    rootKeyId,
    sid: encodeBase64url(bytes.subarray(2, headLength)),
    generation: generation?.value ?? 0,
    branch: branch.value,
    authenticated,
    mac: bytes.subarray(bytes.length - macLength),
  };
}
