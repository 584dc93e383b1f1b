/**
 * The options of `createTallystick`, and what they come to. Durations are seconds here and milliseconds inside.
 */
import { bearerSecretRule, isBearerSecret } from '../protocol/bearer-secret.ts';
import { isLoopback } from '../protocol/is-loopback.ts';
import { isScope } from '../protocol/scope.ts';
import { varintLimit } from '../protocol/varint.ts';
import type { SessionMode } from '../protocol/wire.ts';
import type { DeviceLimit } from '../session/decide-device-limit.ts';
import type { SessionPolicy } from '../session/session-policy.ts';
import type { Store } from '../stores/store.ts';
import type { Authenticate } from './authenticate.ts';
import { assertOptions } from './check-options.ts';
import { type Clients, type ConfidentialClient, resolveClients } from './clients.ts';
import type { EventListener } from './events.ts';
import type { HostClaims } from './host-claims.ts';
import { isSigningAlgorithm, type SigningAlgorithm } from './keys/algorithms.ts';
import type { OnRefresh } from './on-refresh.ts';

export interface TallystickOptions {
  /** Where everything is kept; `createNoStore` of `tallystick/stores/none` makes one for stateless sessions without any. */
  readonly store: Store;
  /** The URL under which everything lives, without a trailing slash: `https://`, or `http://` on loopback. */
  readonly issuer: string;
  /** Root secrets, newest first, 32 characters or more each. First add a new one everywhere, then move it to the front. */
  readonly secrets: readonly string[];
  /** The host's own check of users. Without it the built-in directory is used, which needs a store. */
  readonly authenticate?: Authenticate;
  /** The host's veto, asked before each refresh. It costs every refresh a read of the session first. */
  readonly onRefresh?: OnRefresh;
  /** The resource servers that access tokens are for; the issuer is always among them. */
  readonly audience?: string | readonly string[];
  /** Default `ES256`. */
  readonly algorithm?: SigningAlgorithm;
  /** Default 900. Up to 5 % is taken off at random. */
  readonly accessTokenSeconds?: number;
  /** Default 30 days; 0 never; else at least two retry windows. */
  readonly inactivityTimeoutSeconds?: number;
  /** Default 365 days; 0 never. */
  readonly absoluteLifetimeSeconds?: number;
  /** Default 30. 0: no request is ever answered with the same token again. */
  readonly retryWindowSeconds?: number;
  /** How many seconds of acknowledged writes the store may lose, where you know better than the store. */
  readonly mayLoseSeconds?: number;
  /** Whether access tokens are bound to the key of their session, where it has one. Default: they are bearer tokens. */
  readonly bindAccessTokens?: boolean;
  /** Whether every DPoP proof needs a nonce. Default: only one whose time is off. */
  readonly requireDpopNonce?: boolean;
  /** The clients there are: names of public ones, and confidential ones. Without it any well-formed name is taken. */
  readonly clients?: readonly (string | ConfidentialClient)[];
  /** The scope values that may be asked for. Without it any well-formed one is granted: a scope narrows what a client
   * does for its user, it never says what the user may do. */
  readonly scopes?: readonly string[];
  /** Origins, beside the issuer's own, whose pages may use cookies and read answers. */
  readonly allowedOrigins?: readonly string[];
  /** Addresses or networks (CIDR) of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** Whether sessions are kept in the store, or all there is to know of one is in its tokens. Default `stored`. */
  readonly mode?: SessionMode;
  /** While moving between the modes: the other one, whose refresh tokens are taken too and answered in this one. */
  readonly accept?: SessionMode;
  /** Whether stateless sessions may do without a key. A copied refresh token is then as good as the owner's, unseen. */
  readonly allowBearerRefresh?: boolean;
  /** How many signed-in devices a user may have. None by default; stateless sessions cannot be counted. */
  readonly deviceLimits?: readonly DeviceLimit[];
  /** Claims that the host adds to access tokens. They cannot replace a claim of Tallystick's own. */
  readonly accessTokenClaims?: HostClaims;
  /** What resource servers that follow the revocation feed have to know, 32 characters or more. Without it there is none. */
  readonly feedSecret?: string;
  /** Is told what happens. */
  readonly onEvent?: EventListener;
  /** Whether successful refreshes say how the rule decided. Not for production. */
  readonly explain?: boolean;
}

/** The options, checked and completed. Durations in milliseconds. */
export interface Settings {
  readonly issuer: URL;
  readonly issuerText: string;
  readonly audience: readonly string[];
  readonly algorithm: SigningAlgorithm;
  readonly accessTokenLifetime: number;
  readonly policy: SessionPolicy;
  readonly clients: Clients;
  readonly scopes: ReadonlySet<string> | undefined;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly trustedProxies: readonly string[];
  readonly mode: SessionMode;
  readonly keeps: Store['keeps'];
  /** The modes whose refresh tokens are taken. */
  readonly accepts: ReadonlySet<SessionMode>;
  readonly allowBearerRefresh: boolean;
  readonly deviceLimits: readonly DeviceLimit[];
  readonly feedSecret: string | undefined;
  readonly bindAccessTokens: boolean;
  readonly requireDpopNonce: boolean;
  readonly explain: boolean;
  readonly onRefresh: OnRefresh | undefined;
}

const sessionModes: readonly SessionMode[] = ['stored', 'stateless'];

/** Checks and completes the options. Throws a `TypeError` that names the option. */
export function resolveSettings(options: TallystickOptions): Settings {
  assertOptions(options);
  const issuer = parseIssuer(options.issuer);
  const algorithm = options.algorithm ?? 'ES256';
  if (!isSigningAlgorithm(algorithm)) throw new TypeError('algorithm: ES256 or Ed25519');
  const accessTokenSeconds = seconds('accessTokenSeconds', options.accessTokenSeconds, 900);
  if (accessTokenSeconds < 1 || accessTokenSeconds > 86_400) throw new TypeError('accessTokenSeconds: 1 to 86400');
  return {
    issuer,
    issuerText: options.issuer,
    audience: resolveAudience(options),
    algorithm,
    accessTokenLifetime: accessTokenSeconds * 1000,
    policy: resolvePolicy(options),
    clients: resolveClients(options.clients),
    scopes: resolveScopes(options.scopes),
    allowedOrigins: new Set([issuer.origin, ...(options.allowedOrigins ?? []).map(parseOrigin)]),
    trustedProxies: options.trustedProxies ?? [],
    ...resolveMode(options),
    keeps: checkedStore(options).keeps,
    feedSecret: checkFeedSecret(options.feedSecret),
    bindAccessTokens: options.bindAccessTokens ?? false,
    requireDpopNonce: options.requireDpopNonce ?? false,
    explain: options.explain ?? false,
    onRefresh: options.onRefresh,
  };
}

/** Whether a session may be bound to no key. */
export function allowsBearerRefresh({
  mode,
  allowBearerRefresh,
}: Pick<Settings, 'mode' | 'allowBearerRefresh'>): boolean {
  return mode === 'stored' || allowBearerRefresh;
}

function resolveMode({
  mode = 'stored',
  accept = mode,
  allowBearerRefresh = false,
  deviceLimits = [],
}: TallystickOptions): Pick<Settings, 'mode' | 'accepts' | 'allowBearerRefresh' | 'deviceLimits'> {
  if (!sessionModes.includes(mode)) throw new TypeError('mode: stored or stateless');
  if (!sessionModes.includes(accept)) throw new TypeError('accept: stored or stateless');
  if (mode === 'stateless' && deviceLimits.length > 0) {
    throw new TypeError('deviceLimits: stateless sessions cannot be counted');
  }
  return { mode, accepts: new Set([mode, accept]), allowBearerRefresh, deviceLimits };
}

/** The store, if the options go with it. */
function checkedStore({ store, mode, accept = 'stateless', authenticate }: TallystickOptions): Store {
  if (store.keeps !== 'nothing') return store;
  if (mode !== 'stateless') throw new TypeError('mode: only stateless sessions can do without a store');
  if (accept !== 'stateless') throw new TypeError('accept: without a store there are no stored sessions to take over');
  if (authenticate === undefined) {
    throw new TypeError(
      'authenticate: is needed without a store, in which the built-in directory would keep its users',
    );
  }
  return store;
}

function resolvePolicy(options: TallystickOptions): SessionPolicy {
  const retryWindow = seconds('retryWindowSeconds', options.retryWindowSeconds, 30);
  const inactivity = seconds('inactivityTimeoutSeconds', options.inactivityTimeoutSeconds, 30 * 86_400);
  const absolute = seconds('absoluteLifetimeSeconds', options.absoluteLifetimeSeconds, 365 * 86_400);
  if (inactivity !== 0 && inactivity < 2 * retryWindow) {
    throw new TypeError('inactivityTimeoutSeconds: at least twice retryWindowSeconds, or 0 for never');
  }
  return {
    retryWindow: retryWindow * 1000,
    mayLose: seconds('mayLoseSeconds', options.mayLoseSeconds, options.store.mayLoseSeconds) * 1000,
    inactivityTimeout: inactivity === 0 ? null : inactivity * 1000,
    absoluteLifetime: absolute === 0 ? null : absolute * 1000,
  };
}

function seconds(name: string, value: number | undefined, unlessGiven: number): number {
  const found = value ?? unlessGiven;
  if (!Number.isInteger(found) || found < 0 || found >= varintLimit)
    throw new TypeError(`${name}: a whole number of seconds`);
  return found;
}

function checkFeedSecret(secret: string | undefined): string | undefined {
  if (secret !== undefined && !isBearerSecret(secret)) {
    throw new TypeError(`feedSecret: ${bearerSecretRule}`);
  }
  return secret;
}

const longestIssuer = 255;

/** Its text is compared as it stands, by verifiers and in proofs, so only the one way to write a URL is taken. */
function parseIssuer(text: string): URL {
  const issuer = URL.canParse(text) ? new URL(text) : undefined;
  if (!issuer || /[?#]/.test(text) || issuer.username + issuer.password !== '') {
    throw new TypeError('issuer: a URL without query, fragment and user');
  }
  if (text.endsWith('/')) throw new TypeError('issuer: without a slash at its end');
  if (issuer.protocol !== 'https:' && issuer.protocol !== 'http:') throw new TypeError('issuer: an https URL');
  if (issuer.protocol === 'http:' && !isLoopback(issuer.hostname)) {
    throw new TypeError('issuer: https, or http on a loopback host');
  }
  if (text.length > longestIssuer) throw new TypeError(`issuer: ${longestIssuer} characters at most`);
  // Routes are matched by it, in which other characters have a meaning or more than one spelling.
  if (!/^\/$|^(\/[A-Za-z0-9._~-]+)+$/.test(issuer.pathname)) {
    throw new TypeError('issuer: in its path letters, digits and -._~ between single slashes');
  }
  const written = issuer.href.replace(/\/$/, '');
  if (text !== written) throw new TypeError(`issuer: has to be written ${written}`);
  return issuer;
}

const longestName = 255;
/** The size of the claim in JSON: a token has to have room for the others. */
const longestAudience = 1024;

function resolveAudience({ audience, issuer }: TallystickOptions): readonly string[] {
  if (audience === undefined) return [issuer];
  const names = typeof audience === 'string' ? [audience] : audience;
  if (names.some((name) => name.trim() === '' || name.length > longestName)) {
    throw new TypeError(`audience: names of 1 to ${longestName} characters`);
  }
  if (Buffer.byteLength(JSON.stringify(names)) > longestAudience) {
    throw new TypeError(`audience: ${longestAudience} bytes at most, all names together`);
  }
  return names;
}

/** A request names scope values with a space between them. */
function resolveScopes(scopes: TallystickOptions['scopes']): Settings['scopes'] {
  if (scopes?.some((value) => !isScope(value) || value.includes(' '))) {
    throw new TypeError('scopes: values without spaces (RFC 6749 section 3.3)');
  }
  return scopes && new Set(scopes);
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin !== text) throw new TypeError(`allowedOrigins: "${text}" is not an origin`);
  return text;
}
