/**
 * What the operations work with: the settings, the store, and the makers of tokens.
 */
import type { Store } from '../stores/store.ts';
import type { LeapWatch } from '../time/leap-watch.ts';
import type { StoreClock } from '../time/store-clock.ts';
import type { Authenticate } from './authenticate.ts';
import type { PasswordDirectory } from './directory/directory.ts';
import type { SignInThrottle } from './directory/sign-in-throttle.ts';
import type { DpopNonces } from './dpop/dpop-nonces.ts';
import type { EventListener } from './events.ts';
import type { RevocationFeed } from './feed/revocation-feed.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { NotBefore } from './not-before.ts';
import type { Settings } from './options.ts';
import type { RefreshThrottle } from './refresh-throttle.ts';
import type { SubjectKeys } from './subject-keys.ts';
import type { AccessTokens } from './tokens/access-tokens.ts';
import type { RefreshTokens } from './tokens/refresh-tokens.ts';

export interface Context {
  readonly settings: Settings;
  readonly store: Store;
  readonly clock: StoreClock;
  /** Of this machine's clock, which may be the store's too. */
  readonly leaps: LeapWatch;
  readonly notBefore: NotBefore;
  readonly keys: KeyRing;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly dpopNonces: DpopNonces;
  /** Remembers which proofs have been used. */
  readonly rememberOnce: Store['rememberOnce'];
  /** The built-in directory, or the host's own user check. */
  readonly users: { readonly directory: PasswordDirectory } | { readonly authenticate: Authenticate };
  readonly throttle: SignInThrottle;
  /** Tells of it once. */
  readonly warnOfMissingAddress: () => void;
  readonly refreshThrottle: RefreshThrottle;
  readonly feed: RevocationFeed;
  readonly tell: EventListener;
  /** Where a user's data lives. */
  readonly subjectKey: SubjectKeys;
}
