/**
 * What a host adds to access tokens, asked for and looked at before anything is signed: a token that a resource server
 * could not read would be of no use to anyone. At a sign-in it is asked within the decision, so that where it fails nothing
 * is written. At a refresh it is asked once the rotation is written, which may be one statement that reads no row first;
 * where it fails, the client tries again, and inside the retry window gets the same refresh token.
 */
import { z } from 'zod';
import { type JsonObject, parseJsonObject } from '../protocol/compact-jws.ts';
import type { SessionRecord } from '../session/session-record.ts';
import { HostError } from './ask-host.ts';

/**
 * The claims that a host adds to the tokens of a session, as JSON, at most 32 deep. It answers at once, a promise is no
 * answer, and does nothing else: it may be asked several times, and of a session that is then not begun. What it throws, and
 * anything that is no object of claims or makes the token longer than 4096 characters, is a fault: 503. A refresh that fails
 * so leaves its session as it is; a sign-in begins none, and ends none that it would have replaced.
 */
export type HostClaims = (session: SessionRecord) => Readonly<Record<string, unknown>>;

const claimsSchema = z.record(z.string(), z.unknown());

/** Asks. Throws a `HostError` where the function throws, or gives something that is no claims or cannot be read by everybody. */
export function readHostClaims(hostClaims: HostClaims, session: SessionRecord): JsonObject {
  const parsed = claimsSchema.safeParse(ask(() => hostClaims(session)));
  if (!parsed.success) throw new HostError('accessTokenClaims gave something that is not an object of claims');
  const text = ask(() => JSON.stringify(parsed.data));
  const claims = parseJsonObject(Buffer.from(text));
  if (typeof claims === 'string')
    throw new HostError(`accessTokenClaims gave claims that nobody could read: ${claims}`);
  return claims;
}

function ask<Given>(question: () => Given): Given {
  try {
    const given = question();
    if (given instanceof Promise) given.catch(() => {});
    return given;
  } catch (cause) {
    throw new HostError('accessTokenClaims failed', { cause });
  }
}
