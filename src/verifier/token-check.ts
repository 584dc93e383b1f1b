/**
 * The way of one token through the verifier: form, claims, key, signature, revocation. At once wherever nothing has to be
 * waited for; else it says what would have to be. Nothing that a token says ever causes a request but one for the issuer's
 * keys, once a cool-down.
 */
import type { AccessTokenClaims } from '../protocol/access-token.ts';
import { type AccessTokenExpectation, checkAccessTokenClaims } from '../protocol/check-access-token-claims.ts';
import { type CompactJws, type JsonObject, parseCompactJws } from '../protocol/compact-jws.ts';
import { deepFreeze } from '../protocol/deep-freeze.ts';
import type { ImportedKey } from './import-key.ts';
import type { IntrospectToken } from './introspect-token.ts';
import type { KeySet } from './key-set.ts';
import type { JudgedSession, RevocationFeed } from './revocation-feed.ts';
import type { RememberedToken, TokenCache } from './token-cache.ts';
import type { VerifierEvent } from './verifier-event.ts';
import type { VerifierSettings } from './verifier-options.ts';
import { isSignedWith } from './verify-compact-jws.ts';
import type { TokenFault, VerifyError, VerifyErrors } from './verify-error.ts';

/** The claims of a token that is good here and now, or what to answer. Claims are frozen, since they are shared. */
export type VerifyResult =
  | { readonly ok: true; readonly claims: AccessTokenClaims }
  | { readonly ok: false; readonly error: VerifyError };

/** What has to be waited for, once it is asked for. Never rejects. */
export type Later = () => Promise<VerifyResult>;

/** A token that has been verified, apart from whether its session is live, which is looked up each time. */
export interface VerifiedToken extends RememberedToken, JudgedSession {
  readonly result: VerifyResult & { readonly ok: true };
  readonly key: ImportedKey;
  /** When it is dead of age, in milliseconds. */
  readonly endsAt: number;
}

export interface TokenCheckParts {
  readonly settings: VerifierSettings;
  readonly errors: VerifyErrors;
  readonly keys: KeySet;
  readonly feed: RevocationFeed | undefined;
  readonly introspect: IntrospectToken | undefined;
  readonly cache: TokenCache<VerifiedToken>;
  readonly now: () => number;
  readonly tell: (event: VerifierEvent) => void;
}

/** Checks a token. Whether it is bound to a key, and who holds that, is for whoever asks to look at. */
export type CheckToken = (token: string) => VerifyResult | Later;

/** When to come back after a 503. */
const retryAfterSeconds = 5;

export function createTokenCheck(parts: TokenCheckParts): CheckToken {
  const { settings, errors, keys, feed, introspect, cache, now: clock, tell } = parts;
  const refuse = (reason: TokenFault): VerifyResult => ({ ok: false, error: errors.invalidToken(reason) });
  const noKeys: VerifyResult = { ok: false, error: errors.unavailable('no_keys', retryAfterSeconds) };
  const feedCold: VerifyResult = { ok: false, error: errors.unavailable('feed_cold', 1) };
  const feedStale: VerifyResult = { ok: false, error: errors.unavailable('feed_stale', retryAfterSeconds) };
  const notAsked: VerifyResult = { ok: false, error: errors.unavailable('introspection_failed', retryAfterSeconds) };

  const check = (token: string, mayWait: boolean): VerifyResult | Later => {
    const now = clock();
    const known = cache.get(token);
    const isKnown =
      known !== undefined && now < known.endsAt && keys.holds(known.key) && keys.use(now, mayWait) === 'ready';
    if (isKnown) return judge(known, now);
    if (known !== undefined) cache.delete(token);
    return checkUnknown(token, now, mayWait);
  };

  const checkUnknown = (token: string, now: number, mayWait: boolean): VerifyResult | Later => {
    const read = readAccessToken(token, settings, now);
    if (!read.ok) return refuse(read.reason);
    // Only now, so that what is not even addressed to us makes nobody fetch anything.
    const found = findKey(keys, read.jws.header, now, mayWait);
    if (found.mayLoad) return () => checkAfterLoading(token);
    if (found.kind === 'no_keys') return noKeys;
    if (found.kind !== 'key') return refuse(found.kind);
    const { key } = found;
    const finish = (isGenuine: boolean) => (isGenuine ? remember(token, read, key) : refuse('wrong_signature'));
    const { signingInput, signature } = read.jws;
    if (key.isSynchronous) return finish(key.check(signingInput, signature));
    return async () => settle(finish(await key.check(signingInput, signature)));
  };

  const checkAfterLoading = async (token: string): Promise<VerifyResult> => {
    await keys.load();
    return await settle(check(token, false));
  };

  const remember = (
    token: string,
    { claims, sessionStartedAt }: ReadAccessToken,
    key: ImportedKey,
  ): VerifyResult | Later => {
    const verified: VerifiedToken = {
      token,
      result: deepFreeze({ ok: true, claims }),
      key,
      sid: claims.sid,
      sub: claims.sub,
      startedAt: sessionStartedAt,
      liveAtVersion: undefined,
      endsAt: (claims.exp + settings.clockToleranceSeconds) * 1000,
    };
    cache.set(verified);
    return judge(verified, clock());
  };

  const judge = (verified: VerifiedToken, now: number): VerifyResult | Later => {
    const { token, result } = verified;
    const verdict = feed === undefined ? 'live' : feed.judge(verified, now);
    if (verdict === 'live') return result;
    if (verdict === 'revoked') {
      cache.delete(token);
      return refuse('revoked');
    }
    if (introspect !== undefined && settings.onStale === 'introspect')
      return () => askServer(introspect, token, result);
    if (verdict === 'cold') return feedCold;
    return settings.onStale === 'accept' ? result : feedStale;
  };

  const askServer = async (ask: IntrospectToken, token: string, result: VerifyResult): Promise<VerifyResult> => {
    const answer = await ask(token);
    if (answer.kind === 'active') return result;
    if (answer.kind === 'inactive') return refuse('inactive');
    tell({ type: 'introspection_failed', reason: answer.reason });
    return notAsked;
  };

  return (token) => (typeof token === 'string' ? check(token, true) : refuse('not_compact'));
}

interface ReadAccessToken {
  readonly jws: CompactJws<JsonObject>;
  readonly claims: AccessTokenClaims;
  readonly sessionStartedAt: number;
}

type ReadToken = (ReadAccessToken & { readonly ok: true }) | { readonly ok: false; readonly reason: TokenFault };

/** Everything that can be said of a token without a key. */
function readAccessToken(token: string, settings: VerifierSettings, now: number): ReadToken {
  const jws = parseCompactJws(token, settings.maxTokenLength);
  if (!jws.ok) return jws;
  const checked = checkAccessTokenClaims(jws.header, jws.payload, expectation(settings, now));
  if (!checked.ok) return checked;
  return { ok: true, jws, claims: checked.claims, sessionStartedAt: checked.sessionStartedAt };
}

function expectation(settings: VerifierSettings, now: number): AccessTokenExpectation {
  const { issuer, audience, clockToleranceSeconds, maxLifetimeSeconds } = settings;
  return { issuer, audience, clockToleranceSeconds, maxLifetimeSeconds, now };
}

type FoundKey =
  | { readonly kind: 'key'; readonly key: ImportedKey; readonly mayLoad: false }
  | { readonly kind: 'no_keys' | 'unknown_key' | 'wrong_alg'; readonly mayLoad: boolean };

/** `mayLoad`: loading the keys first might find another answer. */
function findKey(keys: KeySet, header: JsonObject, now: number, mayWait: boolean): FoundKey {
  const standing = keys.use(now, mayWait);
  if (standing !== 'ready') return { kind: 'no_keys', mayLoad: standing === 'wait' };
  const key = typeof header.kid === 'string' ? keys.find(header.kid) : undefined;
  if (key === undefined) return { kind: 'unknown_key', mayLoad: mayWait && keys.mayRefetch(now) };
  return isSignedWith(header, key) ? { kind: 'key', key, mayLoad: false } : { kind: 'wrong_alg', mayLoad: false };
}

/** Waits where there is something to wait for. */
export async function settle(answer: VerifyResult | Later): Promise<VerifyResult> {
  return typeof answer === 'function' ? await answer() : answer;
}
