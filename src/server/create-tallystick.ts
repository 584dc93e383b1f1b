/**
 * The authorization server as a library: one object with a fetch handler to mount anywhere, and the same operations as
 * functions.
 */
import { availableParallelism } from 'node:os';
import { createTeller } from '../protocol/create-teller.ts';
import { createProofMemory } from '../protocol/proof-memory.ts';
import type { DeviceView, JwkSet } from '../protocol/wire.ts';
import { createLeapWatch } from '../time/leap-watch.ts';
import { createStoreClock } from '../time/store-clock.ts';
import type { Context } from './context.ts';
import { createDirectory, type Directory } from './directory/directory.ts';
import { createPasswordHasher, type PasswordHasherOptions } from './directory/password-hash.ts';
import { createSignInThrottle } from './directory/sign-in-throttle.ts';
import { createDpopNonces } from './dpop/dpop-nonces.ts';
import { createRevocationFeed } from './feed/revocation-feed.ts';
import { type RevocationListener, subscribe } from './feed/subscribe.ts';
import { createApp, type Handler } from './http/create-app.ts';
import { keySetMaxAgeSeconds } from './http/routes/metadata.ts';
import { createSigner } from './keys/create-signer.ts';
import type { RolloverPolicy } from './keys/decide-rollover.ts';
import { createDerivedKeyRing } from './keys/derived-key-ring.ts';
import { createKeyRing } from './keys/key-ring.ts';
import type { SigningKeyState } from './keys/opened-keys.ts';
import { createRootKeys } from './keys/root-secrets.ts';
import { startMaintenance } from './maintenance.ts';
import { createNotBefore, withNotBefore } from './not-before.ts';
import { type ChangeDeviceResult, changeDevice, type DeviceChange } from './operations/change-device.ts';
import {
  checkDeviceChange,
  checkNames,
  checkProofInput,
  checkRefreshInput,
  checkSessionInput,
  checkSetPasswordInput,
  checkSignInInput,
} from './operations/check-input.ts';
import { type CreateSessionResult, createSession } from './operations/create-session.ts';
import { deviceView } from './operations/device-view.ts';
import { disableUser } from './operations/disable-user.ts';
import { enableUser } from './operations/enable-user.ts';
import { endAllSessions } from './operations/end-all-sessions.ts';
import { type RefreshInput, type RefreshResult, refresh } from './operations/refresh.ts';
import { removeDevice } from './operations/remove-device.ts';
import { revokeAllSessions } from './operations/revoke-all-sessions.ts';
import type { CreateSessionInput } from './operations/session-request.ts';
import { type SetPasswordInput, type SetPasswordResult, setPassword } from './operations/set-password.ts';
import { type SignInInput, type SignInResult, signIn } from './operations/sign-in.ts';
import { revokeSession } from './operations/sign-out.ts';
import { type VerifyProofInput, type VerifyProofResult, verifyProof } from './operations/verify-proof.ts';
import { resolveSettings, type Settings, type TallystickOptions } from './options.ts';
import { createRefreshThrottle } from './refresh-throttle.ts';
import { createSubjectKeys } from './subject-keys.ts';
import { createAccessTokens } from './tokens/access-tokens.ts';
import { createRefreshTokens } from './tokens/refresh-tokens.ts';
import { assertDeviceList, keptKeys } from './unsupported.ts';
import { addressMissing, warningsOf } from './warnings.ts';

/** An authorization server. Every operation waits for the store to be open by itself. */
export interface Tallystick {
  /** Answers requests under the issuer's URL. */
  readonly handler: Handler;
  /** Opens the store and loads the keys; rejects where that fails. Calling it is optional and shows trouble at start. */
  ready(): Promise<void>;
  /** Ends the feed's event streams, so that a listener can close; requests are still answered. */
  endStreams(): void;
  /** Stops what runs in the background and closes the store. */
  close(): Promise<void>;

  /**
   * Starts a session for a user whom the host has authenticated by whatever means. Rejects with a `TypeError` that names the
   * member where `input` could not be put into a token, or says something in a wrong way, and with a `HostError`, with
   * nothing begun, where the host's own claims are not to be had.
   */
  createSession(input: CreateSessionInput): Promise<CreateSessionResult>;
  /**
   * Verifies a DPoP proof (RFC 9449) that came with a request to a route of the host's own: whether it is meant for that request,
   * in time and signed. What it gives is the `proof` of `createSession`, `signIn` and `refresh`, which see to it that it is used
   * once; the session that `createSession` makes with it is bound to its key.
   */
  verifyProof(input: VerifyProofInput): Promise<VerifyProofResult>;
  /** This one and `refresh` reject as `createSession` does, and where another function of the host's that they ask fails. */
  signIn(input: SignInInput): Promise<SignInResult>;
  refresh(input: RefreshInput): Promise<RefreshResult>;
  /**
   * Ends one session. Where sessions are stateless its user has to be said, and it rejects with a `TypeError` where nothing
   * else tells. This and what follows reject with one, too, for an argument that can be nobody's name, such as an empty one.
   */
  revokeSession(sid: string, subject?: string): Promise<void>;
  /** Ends all sessions of a user, but `exceptSid` where it is given. */
  revokeSessions(subject: string, exceptSid?: string): Promise<void>;
  /**
   * Ends every session of every user, and takes every signing key away, so that access tokens end too: for after a backup
   * was restored, in which revoked sessions are live again. Other servers notice within a minute. Gives the moment before
   * which no session may have begun. Rejects with an `UnsupportedError` where nothing is stored.
   */
  revokeAllSessions(): Promise<Date>;
  /** Keeps a user from signing in, and ends their sessions. */
  disableUser(subject: string): Promise<void>;
  /** Lets a disabled user sign in again. The sessions that were ended stay ended. */
  enableUser(subject: string): Promise<void>;
  /**
   * Sets the password of a user of the built-in directory, whatever it was, and ends all their sessions: for whoever has made sure of
   * the user by other means. The rules are those of `directory.add`. A disabled user stays disabled. Rejects with an
   * `UnsupportedError` where the host checks users itself.
   */
  setPassword(input: SetPasswordInput): Promise<SetPasswordResult>;

  /** These three reject with an `UnsupportedError` where sessions are stateless. */
  listDevices(subject: string): Promise<readonly DeviceView[]>;
  changeDevice(subject: string, deviceId: string, change: DeviceChange): Promise<ChangeDeviceResult>;
  removeDevice(subject: string, deviceId: string): Promise<{ readonly kind: 'removed' | 'not_found' }>;

  /** The built-in directory; unused where the host checks users itself. */
  readonly directory: Directory;
  readonly signingKeys: SigningKeys;
  /** The public keys, for a verifier in this process. */
  publicKeys(): Promise<JwkSet>;
  /** The revocation feed, for a verifier in this process. */
  readonly revocations: { subscribe(listener: RevocationListener): () => void };
}

/** The signing keys, for an operator. Where nothing is stored, `roll` and `remove` reject with an `UnsupportedError`. */
export interface SigningKeys {
  list(): Promise<readonly SigningKeyState[]>;
  /** Publishes a next key, whatever the age of the present one. Gives its `kid`. */
  roll(): Promise<string>;
  /** Takes a key away at once: what it signed is refused by every verifier that has read the key set again. */
  remove(kid: string): Promise<'removed' | 'not_found'>;
}

/** One day, in milliseconds. */
const day = 86_400_000;
const keyPeriod: number = 90 * day;

/** Makes the server. Throws a `TypeError` that names the option where one is wrong; nothing is opened yet. */
export function createTallystick(options: TallystickOptions): Tallystick {
  const { store } = options;
  const settings = resolveSettings(options);
  const rootKeys = createRootKeys(options.secrets, options.issuer);
  const tell = createTeller(options.onEvent);
  const onFault = (where: string) => (error: unknown) => tell({ type: 'fault', where, error });
  const keys =
    settings.keeps === 'nothing'
      ? createDerivedKeyRing(rootKeys, settings.algorithm)
      : createKeyRing(store, rootKeys, rolloverPolicy(settings));
  const signer = createSigner();
  const hasher = createPasswordHasher(hashingLimits());
  const directory = createDirectory(store, hasher);
  const notBefore = createNotBefore(store);
  const feed = createRevocationFeed(store, onFault('revocations'));
  let stopMaintenance: (() => void) | undefined;

  const monotonic = () => performance.now();

  const start = async (): Promise<Context> => {
    await store.open();
    const [shardSecret, now] = await Promise.all([
      store.shardSecret(),
      store.checkHealth(),
      keys.refresh(),
      notBefore.refresh(),
    ]);
    const clock = createStoreClock(now);
    const leaps = createLeapWatch({ wall: () => Date.now(), monotonic });
    stopMaintenance = startMaintenance({ store, keys, notBefore, clock, leaps }, onFault('maintenance'));
    for (const warning of warningsOf(settings)) tell({ type: 'warning', warning });
    return {
      settings,
      store: withNotBefore(store, notBefore),
      clock,
      leaps,
      notBefore,
      keys,
      accessTokens: createAccessTokens(keys, signer, accessTokenSettings(settings, options)),
      refreshTokens: createRefreshTokens(rootKeys, settings, monotonic),
      dpopNonces: createDpopNonces(rootKeys),
      rememberOnce: settings.mode === 'stored' ? (uses) => store.rememberOnce(uses) : createProofMemory(clock.now),
      users: options.authenticate ? { authenticate: options.authenticate } : { directory },
      throttle: createSignInThrottle({
        store,
        secret: rootKeys.newest.derive('attempt-key'),
        assertRoom: options.authenticate ? () => {} : hasher.assertRoom,
        monotonic,
      }),
      warnOfMissingAddress: once(() => tell({ type: 'warning', warning: addressMissing })),
      refreshThrottle: createRefreshThrottle(monotonic),
      feed,
      tell,
      subjectKey: createSubjectKeys(shardSecret),
    };
  };
  const context = startOnce(start);

  return {
    handler: createApp(context, settings, tell),
    ready: async () => {
      await context();
    },
    endStreams: feed.close,
    close: async () => {
      stopMaintenance?.();
      feed.close();
      await Promise.all([store.close(), signer.close()]);
    },
    ...operations(context),
    directory: afterStart(context, directory),
    signingKeys: {
      list: async () => keys.list((await context()).clock.now()),
      roll: async () => keptKeys((await context()).keys).roll(),
      remove: async (kid) => keptKeys((await context()).keys).remove(kid),
    },
    publicKeys: async () => (await context()).keys.publicKeys(),
    revocations: { subscribe: (listener) => subscribe(feed, listener, onFault('revocations')) },
  };
}

/** Every operation, waiting for the start. */
function operations(context: () => Promise<Context>) {
  const checked =
    <Input, Result>(check: (input: Input) => void, act: (context: Context, input: Input) => Result | Promise<Result>) =>
    async (input: Input) => {
      check(input);
      return act(await context(), input);
    };
  return {
    createSession: checked(checkSessionInput, createSession),
    verifyProof: checked(checkProofInput, verifyProof),
    signIn: checked(checkSignInInput, signIn),
    refresh: checked(checkRefreshInput, refresh),
    revokeSession: async (sid, subject) => {
      checkNames({ sid }, { subject });
      return revokeSession(await context(), { sid, subject });
    },
    revokeSessions: async (subject, exceptSid) => {
      checkNames({ subject }, { exceptSid });
      await endAllSessions(await context(), { subject, exceptSid, reason: 'revoked_by_host' });
    },
    revokeAllSessions: async () => revokeAllSessions(await context()),
    disableUser: async (subject) => {
      checkNames({ subject });
      return disableUser(await context(), subject);
    },
    enableUser: async (subject) => {
      checkNames({ subject });
      return enableUser(await context(), subject);
    },
    setPassword: checked(checkSetPasswordInput, setPassword),
    listDevices: async (subject) => {
      checkNames({ subject });
      return listDevices(await withDevices(context), subject);
    },
    changeDevice: async (subject, deviceId, change) => {
      checkNames({ subject, deviceId });
      checkDeviceChange(change);
      return changeDevice(await withDevices(context), subject, deviceId, change);
    },
    removeDevice: async (subject, deviceId) => {
      checkNames({ subject, deviceId });
      return removeDevice(await withDevices(context), subject, deviceId);
    },
  } satisfies Partial<Tallystick>;
}

async function withDevices(context: () => Promise<Context>): Promise<Context> {
  const found = await context();
  assertDeviceList(found.settings);
  return found;
}

async function listDevices({ store, subjectKey, clock }: Context, subject: string): Promise<readonly DeviceView[]> {
  const { devices, sessions } = await store.findSubject(subjectKey(subject));
  return devices.map((device) => deviceView(device, sessions, clock.now(), undefined));
}

/** The directory, waiting for the start. */
function afterStart(context: () => Promise<Context>, { add, find, list }: Directory): Directory {
  return {
    add: (credentials) => context().then(() => add(credentials)),
    find: (username) => context().then(() => find(username)),
    list: async function* () {
      await context();
      yield* list();
    },
  };
}

/** One core is left to everything else, and nobody waits longer than a client does: about 30 passwords a second and core. */
function hashingLimits(): PasswordHasherOptions {
  const concurrency = Math.max(1, availableParallelism() - 1);
  return { concurrency, queue: 128 * concurrency };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

/** A failed start is tried again by the next who asks, so that a server outlives a store that was not there yet. */
function startOnce(start: () => Promise<Context>): () => Promise<Context> {
  let starting: Promise<Context> | undefined;
  return () => {
    starting ??= start().catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
}

function rolloverPolicy({ algorithm, accessTokenLifetime }: Settings): RolloverPolicy {
  const keySetAge = keySetMaxAgeSeconds * 1000;
  return { algorithm, period: keyPeriod, lead: 4 * keySetAge, afterlife: accessTokenLifetime + keySetAge };
}

function accessTokenSettings(settings: Settings, { accessTokenClaims }: TallystickOptions) {
  const { issuerText, audience, accessTokenLifetime, bindAccessTokens } = settings;
  return {
    issuer: issuerText,
    audience,
    lifetime: accessTokenLifetime,
    areBound: bindAccessTokens,
    hostClaims: accessTokenClaims,
  };
}
