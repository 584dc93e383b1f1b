/**
 * The options of `createVerifier`, and what they come to: checked, completed, and in milliseconds.
 */

import { mostClockTolerance, usualMaxLifetime } from '../protocol/access-token.ts';
import { bearerSecretRule, isBearerSecret } from '../protocol/bearer-secret.ts';
import { isLoopback } from '../protocol/is-loopback.ts';
import type { RememberOnce } from '../protocol/proof-memory.ts';
import type { JwkSet, RevocationEntry } from '../protocol/wire.ts';
import { type AlgorithmName, algorithms, defaultAlgorithms, isAlgorithmName } from './algorithms.ts';
import type { Fetch } from './fetch-json.ts';
import type { IntrospectionClient } from './introspect-token.ts';
import type { KeySetPolicy } from './key-set.ts';
import { readJwkSet } from './read-jwk-set.ts';
import type { TellVerifierEvent } from './verifier-event.ts';

/** The revocation feed of a server: `url` is `/revocations` under the issuer unless given. */
export interface FeedServer {
  /** What the server is started with as its feed's secret: 32 characters or more. */
  readonly secret: string;
  readonly url?: string;
}

/**
 * A revocation feed in the same process. The listener first gets everything that is held, then whatever comes, and now and
 * then nothing new; each time with when the head of the feed was last read, in seconds since the epoch.
 */
export interface FeedSource {
  subscribe(listener: (entries: readonly RevocationEntry[], headReadAt: number) => void): () => void;
}

/** What to do with a token, otherwise good, while the feed is too old to say whether its session is live. */
export type OnStale = 'reject' | 'introspect' | 'accept';

export interface ProofOptions {
  /**
   * Where clients reach this API, such as `https://api.example.com`: proofs name the address they are for. Unless given, it
   * is the one that the request has, so a framework that knows nothing but the path needs this.
   */
  readonly origin?: string;
  /** Whether every proof needs a nonce. Default: only one whose time is off by more than a minute. */
  readonly requireNonce?: boolean;
  /** The same on every server of this API, so that they take each other's nonces; 32 characters or more. Default: random. */
  readonly nonceSecret?: string;
  /** Replay memory that all servers of this API share. Default: in this process, which knows only what came to itself. */
  readonly rememberOnce?: RememberOnce;
}

export interface VerifierOptions {
  /** Whose tokens are accepted, as its tokens name it: `https://`, or `http://` on loopback, without a trailing slash. */
  readonly issuer: string;
  /** Who we are; a token must name at least one of these, as an exact string. */
  readonly audience: string | readonly string[];
  /**
   * Where the issuer's keys are: a URL, a set that never changes, or a function in the same process. Unless given, where
   * the issuer's metadata says (RFC 8414).
   */
  readonly jwks?: string | JwkSet | (() => JwkSet | Promise<JwkSet>);
  /** The signature algorithms that are accepted. Default `ES256` and `Ed25519`. */
  readonly algorithms?: readonly AlgorithmName[];
  /** How far our clock and the issuer's may be apart. Default 5, at most 60. */
  readonly clockToleranceSeconds?: number;
  /** The longest life of a token that is believed; also how long revocations are remembered. Default 3600. */
  readonly maxLifetimeSeconds?: number;
  /** In characters. Default 8192. */
  readonly maxTokenLength?: number;
  /** Named in `WWW-Authenticate`. Default the issuer. */
  readonly realm?: string;

  /** How sessions that have ended become known at once. Without it, a token is good until it expires. */
  readonly feed?: FeedServer | FeedSource;
  /** How old what the feed said may be. Default 30. */
  readonly maxStalenessSeconds?: number;
  /** Default `reject`: 503. `introspect` asks the server about each token. `accept` goes on as if no feed were there. */
  readonly onStale?: OnStale;
  /** Who asks, where `onStale` is `introspect`. */
  readonly introspection?: IntrospectionClient;
  /** The most sessions and users that the list of revocations names. Past that it counts as stale. Default 1,000,000. */
  readonly maxRevocations?: number;

  /** For access tokens that are bound to a key (RFC 9449). */
  readonly proofs?: ProofOptions;

  /**
   * The pause between two fetches of keys, after a failure or for an unknown `kid`. Default 30, and 5 where `jwks` is a
   * function. A set that never changes is never fetched, so neither this nor the next two apply to it.
   */
  readonly keyCooldownSeconds?: number;
  /** How long a key that was removed may still be accepted while the issuer answers. Default 300, and 5 where `jwks` is a function. */
  readonly keyMaxAgeSeconds?: number;
  /** The same while the issuer does not answer; after it nothing is accepted. Default 3600. */
  readonly keyHardLimitSeconds?: number;

  /** The most verified tokens to remember, and characters of their text. Default 10,000 and 16 Mi; 0 remembers none. */
  readonly cache?: { readonly maxTokens?: number; readonly maxCharacters?: number };
  /** Whether signatures are checked by Web Crypto on Node too. Default: by `node:crypto`, which is faster, where there is one. */
  readonly useWebCrypto?: boolean;
  /** Is told what happens. What it throws, and a promise of its that is rejected, is ignored. */
  readonly onEvent?: TellVerifierEvent;
  /** How the issuer is asked for keys, the feed and introspection. Default the global `fetch`. */
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** From 0 to 1: how far the pauses between attempts at the feed are spread. Default `Math.random`. */
  readonly random?: () => number;
}

/** The options, checked and completed. Durations in milliseconds. */
export interface VerifierSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly maxLifetimeSeconds: number;
  readonly maxTokenLength: number;
  readonly realm: string;
  readonly maxStaleness: number;
  readonly onStale: OnStale;
  readonly maxRevocations: number;
  readonly keys: KeySetPolicy;
  readonly proofOrigin: string | undefined;
  readonly maxCachedTokens: number;
  readonly maxCachedCharacters: number;
}

const localKeysAge = 5;

type MembersOf<Options> = Readonly<Record<keyof Options, true>>;

const feedMembers: MembersOf<FeedServer> = { secret: true, url: true };
const introspectionMembers: MembersOf<IntrospectionClient> = { clientId: true, clientSecret: true, url: true };
const proofMembers: MembersOf<ProofOptions> = {
  origin: true,
  requireNonce: true,
  nonceSecret: true,
  rememberOnce: true,
};
const cacheMembers: MembersOf<NonNullable<VerifierOptions['cache']>> = { maxTokens: true, maxCharacters: true };
const members: MembersOf<VerifierOptions> = {
  issuer: true,
  audience: true,
  jwks: true,
  algorithms: true,
  clockToleranceSeconds: true,
  maxLifetimeSeconds: true,
  maxTokenLength: true,
  realm: true,
  feed: true,
  maxStalenessSeconds: true,
  onStale: true,
  introspection: true,
  maxRevocations: true,
  proofs: true,
  keyCooldownSeconds: true,
  keyMaxAgeSeconds: true,
  keyHardLimitSeconds: true,
  cache: true,
  useWebCrypto: true,
  onEvent: true,
  fetch: true,
  now: true,
  random: true,
};

/** Checks and completes the options. Throws a `TypeError` that names the option where one is wrong. */
export function resolveOptions(options: VerifierOptions): VerifierSettings {
  assertMembers(options);
  assertServerUrl('issuer', options.issuer);
  // No server has such a name, so no token would ever be good.
  if (options.issuer.endsWith('/')) throw new TypeError('issuer: without a slash at its end');
  const onStale = options.onStale ?? 'reject';
  if (!['reject', 'introspect', 'accept'].includes(onStale))
    throw new TypeError('onStale: reject, introspect or accept');
  if (onStale === 'introspect' && !options.introspection) throw new TypeError('introspection: needed by onStale');
  if (options.introspection?.url !== undefined) assertServerUrl('introspection.url', options.introspection.url);
  assertFeed(options.feed);
  return {
    issuer: options.issuer,
    audience: resolveAudience(options.audience),
    clockToleranceSeconds: seconds('clockToleranceSeconds', options.clockToleranceSeconds ?? 5, 0, mostClockTolerance),
    maxLifetimeSeconds: seconds('maxLifetimeSeconds', options.maxLifetimeSeconds ?? usualMaxLifetime, 1, 86_400),
    maxTokenLength: count('maxTokenLength', options.maxTokenLength ?? 8192, 1, 65_536),
    realm: resolveRealm(options.realm ?? options.issuer),
    maxStaleness: seconds('maxStalenessSeconds', options.maxStalenessSeconds ?? 30, 1, 86_400) * 1000,
    onStale,
    maxRevocations: count('maxRevocations', options.maxRevocations ?? 1_000_000, 1),
    keys: resolveKeyPolicy(options),
    proofOrigin: resolveProofOrigin(options.proofs),
    maxCachedTokens: count('cache.maxTokens', options.cache?.maxTokens ?? 10_000, 0),
    maxCachedCharacters: count('cache.maxCharacters', options.cache?.maxCharacters ?? 16 * 1024 * 1024, 0),
  };
}

/** A misspelt `feed` would have every session that has ended go on. */
function assertMembers(options: VerifierOptions): void {
  assertKnown('', options, members);
  // A source in the same process is the host's own object.
  if (options.feed && !('subscribe' in options.feed)) assertKnown('feed.', options.feed, feedMembers);
  assertKnown('introspection.', options.introspection, introspectionMembers);
  assertKnown('proofs.', options.proofs, proofMembers);
  assertKnown('cache.', options.cache, cacheMembers);
}

function assertKnown(prefix: string, given: object | undefined, known: object): void {
  const unknown = Object.keys(given ?? {}).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) throw new TypeError(`${prefix}${unknown}: there is no such option`);
}

function resolveProofOrigin({ origin, nonceSecret }: ProofOptions = {}): string | undefined {
  if (nonceSecret !== undefined && nonceSecret.length < 32)
    throw new TypeError('proofs.nonceSecret: 32 characters or more');
  if (origin === undefined) return undefined;
  assertServerUrl('proofs.origin', origin);
  if (new URL(origin).origin !== origin) throw new TypeError('proofs.origin: a URL without a path');
  return origin;
}

function resolveKeyPolicy(options: VerifierOptions): KeySetPolicy {
  const accepted = resolveAlgorithms(options.algorithms ?? defaultAlgorithms);
  assertKeys(options.jwks, accepted);
  const forEver = Number.POSITIVE_INFINITY;
  if (typeof options.jwks === 'object') {
    return { algorithms: accepted, cooldown: forEver, maxAge: forEver, hardLimit: forEver };
  }
  // Asking in the same process costs nothing, so a removed key is out in seconds.
  const isLocal = typeof options.jwks === 'function';
  const cooldown = seconds('keyCooldownSeconds', options.keyCooldownSeconds ?? (isLocal ? localKeysAge : 30), 1, 3600);
  const maxAge = seconds('keyMaxAgeSeconds', options.keyMaxAgeSeconds ?? (isLocal ? localKeysAge : 300), 1, 86_400);
  const hardLimit = seconds('keyHardLimitSeconds', options.keyHardLimitSeconds ?? 3600, 1, 7 * 86_400);
  if (cooldown > maxAge) throw new TypeError('keyCooldownSeconds: at most keyMaxAgeSeconds');
  if (hardLimit < maxAge) throw new TypeError('keyHardLimitSeconds: at least keyMaxAgeSeconds');
  return { algorithms: accepted, cooldown: cooldown * 1000, maxAge: maxAge * 1000, hardLimit: hardLimit * 1000 };
}

function resolveAlgorithms(names: readonly AlgorithmName[]): readonly AlgorithmName[] {
  const isGood = names.length > 0 && names.every(isAlgorithmName);
  if (!isGood) throw new TypeError(`algorithms: some of ${Object.keys(algorithms).join(', ')}`);
  return [...new Set(names)];
}

function assertKeys(jwks: VerifierOptions['jwks'], accepted: readonly AlgorithmName[]): void {
  if (typeof jwks === 'string') assertServerUrl('jwks', jwks);
  if (typeof jwks !== 'object') return;
  const read = readJwkSet(jwks, accepted);
  if (!read.ok) throw new TypeError(`jwks: ${read.reason}`);
  const [ignored] = read.ignored;
  if (ignored) throw new TypeError(`jwks: a key cannot be used: ${ignored.reason}`);
}

function assertFeed(feed: VerifierOptions['feed']): void {
  if (feed === undefined || 'subscribe' in feed) return;
  if (typeof feed.secret !== 'string' || !isBearerSecret(feed.secret))
    throw new TypeError(`feed.secret: ${bearerSecretRule}`);
  if (feed.url !== undefined) assertServerUrl('feed.url', feed.url);
}

function resolveAudience(audience: string | readonly string[]): readonly string[] {
  const list = typeof audience === 'string' ? [audience] : audience;
  const isGood =
    Array.isArray(list) && list.length > 0 && list.every((name) => typeof name === 'string' && name !== '');
  if (!isGood) throw new TypeError('audience: at least one name');
  return list;
}

/** Printable ASCII without quote and backslash, so that it cannot leave its quotes in a header. */
function resolveRealm(realm: string): string {
  if (!/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) throw new TypeError('realm: printable ASCII without " and \\');
  return realm;
}

/** Keys and credentials travel to these, so nobody in between may have a say. */
function assertServerUrl(name: string, text: string): void {
  if (!URL.canParse(text)) throw new TypeError(`${name}: a URL`);
  const url = new URL(text);
  if (url.hash !== '' || url.username + url.password !== '')
    throw new TypeError(`${name}: a URL without user and fragment`);
  const isProtected = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!isProtected) throw new TypeError(`${name}: https, or http on a loopback host`);
}

function seconds(name: string, value: number, least: number, most: number): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new TypeError(`${name}: ${least} to ${most} seconds`);
}

function count(name: string, value: number, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new TypeError(`${name}: a whole number from ${least} on`);
}
