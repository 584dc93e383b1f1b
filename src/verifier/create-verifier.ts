/**
 * The verifier of a resource server: checks access tokens in its own process, and follows the revocation feed so that a
 * session that has ended is refused at once. This file puts the parts together and decides nothing itself.
 */

import { createTeller } from '../protocol/create-teller.ts';
import { createProofMemory } from '../protocol/proof-memory.ts';
import { authenticateRequest } from './authenticate-request.ts';
import type { BearerRequest } from './bearer-request.ts';
import { createPossessionCheck } from './check-possession.ts';
import { followFeed } from './feed-follower.ts';
import type { Fetch } from './fetch-json.ts';
import { createIntrospection } from './introspect-token.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import { createLocalKeySource, createRemoteKeySource, type KeySource } from './key-source.ts';
import { findNodeCrypto } from './node-crypto.ts';
import { createProofNonces } from './proof-nonces.ts';
import type { Requirement } from './requirement.ts';
import { createRevocationFeed, type FeedStatus, type RevocationFeed } from './revocation-feed.ts';
import { createTokenCache } from './token-cache.ts';
import { createTokenCheck, settle, type VerifiedToken, type VerifyResult } from './token-check.ts';
import type { TellVerifierEvent } from './verifier-event.ts';
import { resolveOptions, type VerifierOptions, type VerifierSettings } from './verifier-options.ts';
import { createVerifyErrors } from './verify-error.ts';
import { wait } from './wait.ts';

/** Checks the access tokens of one issuer for one resource server. */
export interface Verifier {
  /**
   * Checks a token (RFC 9068) that was presented as a bearer token: form, type, issuer, audience, times, signature, and
   * that its session has not been revoked, as far as the feed tells. It does **not** check scopes, and says nothing about
   * who holds the token. Never rejects: whatever is wrong is in the result.
   */
  verify(token: string): Promise<VerifyResult>;
  /** The same at once, or `undefined` where something has to be waited for: then `verify` is the one to call. */
  check(token: string): VerifyResult | undefined;
  /** Finds the token of a request (RFC 6750, RFC 9449), verifies it and, where it is bound to a key, the proof beside it, and checks what else the request asks of it. */
  authenticate(request: BearerRequest, requirement?: Requirement): Promise<VerifyResult>;
  /** Resolves when keys are loaded and the feed's first snapshot is there, so that the first request is not a 503. */
  ready(): Promise<void>;
  /** How old and how large things are, for metrics. */
  status(): VerifierStatus;
  /** Stops following the feed. */
  close(): void;
}

/** For metrics. */
export interface VerifierStatus {
  /** Age of the keys in use; `undefined` where there are none yet. */
  readonly keysAgeSeconds: number | undefined;
  /** `undefined` where no feed is followed. */
  readonly feed: FeedStatus | undefined;
  /** Verified tokens that are remembered. */
  readonly cachedTokens: number;
}

/** What clocks may differ beyond the tolerance, and a feed may lag; the server keeps its entries this much longer too. */
const feedMarginSeconds = 120;

/**
 * Makes a verifier, which starts to follow the feed at once. Throws a `TypeError` that names the option where one is wrong.
 *
 * @example
 * const verifier = createVerifier({ issuer: 'https://auth.example.com', audience: 'https://api.example.com' });
 * const result = await verifier.authenticate(request, { scope: 'transfers' });
 * if (!result.ok) return result.error.toResponse();
 * const user = result.claims.sub;
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const settings = resolveOptions(options);
  const now = options.now ?? Date.now;
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const tell = createTeller(options.onEvent);
  const errors = createVerifyErrors(settings.realm);
  const nodeCrypto = options.useWebCrypto ? undefined : findNodeCrypto();
  const keys = createKeySet({ source: createKeySource(options, fetch), policy: settings.keys, nodeCrypto, now, tell });
  const feed = options.feed && createRevocationFeed(feedOptions(settings, now, tell));
  const cache = createTokenCache<VerifiedToken>(settings.maxCachedTokens, settings.maxCachedCharacters);
  const introspect = options.introspection && createIntrospection(fetch, settings.issuer, options.introspection);
  const begin = createTokenCheck({ settings, errors, keys, feed, introspect, cache, now, tell });
  const verify = async (token: string) => settle(begin(token));
  const checkPossession = createPossessionCheck({
    errors,
    now,
    nodeCrypto,
    origin: settings.proofOrigin,
    requiresNonce: options.proofs?.requireNonce ?? false,
    nonces: createProofNonces(options.proofs?.nonceSecret),
    rememberOnce: options.proofs?.rememberOnce ?? createProofMemory(now),
  });
  const asBearer = (result: VerifyResult): VerifyResult =>
    result.ok && result.claims.cnf !== undefined ? { ok: false, error: errors.invalidToken('key_bound') } : result;
  const closing = new AbortController();
  const stopFeed = feed && connectFeed(feed, options, settings, fetch, tell);

  return {
    verify: async (token) => asBearer(await verify(token)),
    check: (token) => {
      const answer = begin(token);
      return typeof answer === 'function' ? undefined : asBearer(answer);
    },
    authenticate: (request, requirement) =>
      authenticateRequest({ verify, checkPossession, errors, now }, request, requirement),
    ready: async () => {
      await Promise.all([loadKeys(keys, now, closing.signal), feed?.warm]);
    },
    status: () => {
      const age = keys.age(now());
      return {
        keysAgeSeconds: age === undefined ? undefined : age / 1000,
        feed: feed?.status(now()),
        cachedTokens: cache.size,
      };
    },
    close: () => {
      closing.abort();
      stopFeed?.();
    },
  };
}

function createKeySource({ jwks, issuer }: VerifierOptions, fetch: Fetch): KeySource {
  if (typeof jwks === 'function') return createLocalKeySource(jwks);
  return typeof jwks === 'object' ? createLocalKeySource(() => jwks) : createRemoteKeySource(fetch, issuer, jwks);
}

async function loadKeys(keys: KeySet, now: () => number, closing: AbortSignal): Promise<void> {
  await keys.load();
  while (keys.age(now()) === undefined && !closing.aborted) {
    await wait(1000, closing);
    await keys.load();
  }
}

function feedOptions(settings: VerifierSettings, now: () => number, tell: TellVerifierEvent) {
  const keepSeconds = settings.maxLifetimeSeconds + settings.clockToleranceSeconds + feedMarginSeconds;
  return {
    maxStaleness: settings.maxStaleness,
    keepFor: keepSeconds * 1000,
    maxEntries: settings.maxRevocations,
    now,
    tell,
  };
}

/** A server reads the head twice a second, tells of it once, and in whole seconds: a healthy stream may stand still almost so long. */
const shortestSilence = 3000;

/** Gives what stops it. */
function connectFeed(
  feed: RevocationFeed,
  { feed: source, issuer, random = Math.random }: VerifierOptions,
  settings: VerifierSettings,
  fetch: Fetch,
  tell: TellVerifierEvent,
): (() => void) | undefined {
  if (source === undefined) return undefined;
  if ('subscribe' in source) {
    let isFirst = true;
    return source.subscribe((entries, headReadAt) => {
      feed.receive(entries, headReadAt * 1000, isFirst);
      isFirst = false;
    });
  }
  return followFeed({
    url: source.url ?? `${issuer}/revocations`,
    secret: source.secret,
    fetch,
    receive: (message, isSnapshot) => feed.receive(message.entries, message.head_read_at * 1000, isSnapshot),
    tell,
    wait,
    random,
    monotonic: () => performance.now(),
    silence: Math.max(settings.maxStaleness / 2, shortestSilence),
  });
}
