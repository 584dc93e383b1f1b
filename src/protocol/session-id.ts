/**
 * Session ids: 16 bytes, a shard tag (4), the start of the session in milliseconds (6) and random bytes (6), written as
 * 22 characters of base64url. An id says where its session lives and when it began, and proves nothing about who holds it.
 */
import { decodeAnywhere, encodeBase64url } from './base64url.ts';

export const sessionIdLength = 16;
export const shardTagLength = 4;

const startLength = 6;
const randomLength: number = sessionIdLength - shardTagLength - startLength;

/** The parts of a session id. */
export interface SessionIdParts {
  /** 4 bytes, the same for every session of one user. */
  readonly shardTag: Uint8Array;
  /** When the session began, in milliseconds of the store's clock. */
  readonly startedAt: number;
  /** 6 random bytes. */
  readonly random: Uint8Array;
}

/** Puts a session id together. Throws a `RangeError` where a part has the wrong size. */
export function encodeSessionId({ shardTag, startedAt, random }: SessionIdParts): string {
  if (shardTag.length !== shardTagLength) throw new RangeError('a shard tag has 4 bytes');
  if (random.length !== randomLength) throw new RangeError('the random part of a session id has 6 bytes');
  if (!Number.isInteger(startedAt) || startedAt < 0 || startedAt >= 2 ** 48) throw new RangeError('a start is 48 bits');
  const bytes = new Uint8Array(sessionIdLength);
  bytes.set(shardTag);
  for (let index = 0, rest = startedAt; index < startLength; index += 1, rest = Math.floor(rest / 256)) {
    bytes[shardTagLength + startLength - 1 - index] = rest % 256;
  }
  bytes.set(random, shardTagLength + startLength);
  return encodeBase64url(bytes);
}

/** Takes a session id apart, or gives `undefined` where `sid` is not one. */
export function parseSessionId(sid: string): SessionIdParts | undefined {
  const bytes = decodeSessionId(sid);
  if (bytes === undefined) return undefined;
  return {
    shardTag: bytes.subarray(0, shardTagLength),
    startedAt: readStart(bytes),
    random: bytes.subarray(shardTagLength + startLength),
  };
}

/** When a session began, in milliseconds, or `undefined` where `sid` is no session id. Resource servers ask for each token. */
export function parseSessionStart(sid: string): number | undefined {
  const bytes = decodeSessionId(sid);
  return bytes && readStart(bytes);
}

function decodeSessionId(sid: string): Uint8Array | undefined {
  // So short a text is read before Node's help would have begun.
  const bytes = sid.length === 22 ? decodeAnywhere(sid) : undefined;
  return bytes?.length === sessionIdLength ? bytes : undefined;
}

function readStart(bytes: Uint8Array): number {
  let startedAt = 0;
  for (let index = shardTagLength; index < shardTagLength + startLength; index += 1) {
    startedAt = startedAt * 256 + (bytes[index] ?? 0);
  }
  return startedAt;
}
