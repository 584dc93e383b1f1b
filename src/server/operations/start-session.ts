/**
 * Starts a session for a user who has been authenticated, on a device that is known by a genuine refresh token of it, or is
 * new. One atomic act on everything held of the user. Whether there could be such a session is **not** asked here.
 */
import { randomBytes } from 'node:crypto';
import { encodeSessionId } from '../../protocol/session-id.ts';
import { atSignIn } from '../../session/at-sign-in.ts';
import { decideDeviceLimit } from '../../session/decide-device-limit.ts';
import type { DeviceRecord } from '../../session/device-record.ts';
import { endAfter, isLive, soonerEnd } from '../../session/expiry.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Decision, SubjectKey, SubjectState, SubjectWrite } from '../../stores/store.ts';
import type { Context } from '../context.ts';
import { agentDigest, clipName, describeDevice } from '../device-description.ts';
import type { Origin } from '../events.ts';
import { originOf } from '../origin-of.ts';
import type { UnsignedAccessToken } from '../tokens/access-tokens.ts';
import { describedDevice } from './described-device.ts';
import { isFirstUse } from './is-first-use.ts';
import { isLate } from './is-late.ts';
import { type IssuedTokens, issueTokens } from './issue-tokens.ts';
import { type PresentedSession, presentedSessions } from './presented-sessions.ts';
import { revokingWrites, tellRevoked } from './revocation.ts';
import { liveMark, type SessionName } from './session-mark.ts';
import { type CreateSessionInput, defaultClientId } from './session-request.ts';
import { isAtHome } from './standing.ts';

/** What is asked for, as far as it has been found that there could be such a session. */
export interface StartSessionInput extends CreateSessionInput {
  /** The hash that the password was checked against: where it has changed since, nobody is signed in. */
  readonly passwordHash?: string | undefined;
}

export type StartSessionResult =
  | {
      readonly kind: 'created';
      /** As they go to the client. */
      readonly tokens: IssuedTokens;
      /** As it was asked for: where `false`, what keeps the refresh token should end with the browser. */
      readonly remember: boolean;
      /** The sessions of this user that have ended because this one began on their device. */
      readonly replacedSids: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: SessionRefusal | 'proof_replayed' };

/** Why a user cannot have a session. `password_changed`: meanwhile, while the built-in directory checked it. */
type UserRefusal = 'user_disabled' | 'password_changed';

/** `late`: nobody waits for the session, so none begins, and none ends for it. */
type SessionRefusal = UserRefusal | 'device_limit' | 'late';

type Decided =
  | { readonly kind: 'refused'; readonly reason: SessionRefusal }
  | {
      readonly kind: 'created';
      readonly session: SessionRecord;
      readonly device: DeviceRecord;
      readonly isNewDevice: boolean;
      readonly replaced: readonly SessionRecord[];
      readonly evicted: readonly SessionRecord[];
      readonly accessToken: UnsignedAccessToken;
      readonly now: number;
    };

const shortLifetime = 12 * 3_600_000;
/** How many devices a list may hold before signing in on one more drops the oldest of those that are signed out. */
const longestList = 100;

/** Starts a session. What it replaces on the same device ends with it. */
export async function startSession(context: Context, input: StartSessionInput): Promise<StartSessionResult> {
  if (!(await isFirstUse(context, input.proof))) return { kind: 'refused', reason: 'proof_replayed' };
  const key = context.subjectKey(input.subject);
  const presented = presentedSessions(context, input.refreshTokens ?? []);
  const made = { deviceId: randomBytes(8).toString('base64url'), random: randomBytes(6) };
  const decided = await context.store.updateSubject<Decided>({
    ...key,
    decide: (state, now) => decide(context, { ...input, ...key, ...made, presented }, state, now),
  });
  if (decided.kind === 'refused') return decided;
  const { session, accessToken, now } = decided;
  context.clock.observe(now);
  tellCreated(context, decided, originOf(input));
  return {
    kind: 'created',
    tokens: await issueTokens(context, session, session, now, accessToken),
    remember: session.remember,
    replacedSids: decided.replaced.map(({ sid }) => sid),
  };
}

interface Prepared extends StartSessionInput {
  readonly shardTag: Uint8Array;
  readonly deviceId: string;
  readonly random: Uint8Array;
  readonly presented: readonly PresentedSession[];
}

function decide(context: Context, input: Prepared, state: SubjectState, now: number): Decision<SubjectWrite, Decided> {
  const refused = isLate(input, now) ? 'late' : refusal(input, state);
  if (refused) return { result: { kind: 'refused', reason: refused } };
  const known = knownDevice(input, state);
  const { kind } = describeDevice(originOf(input).userAgent);
  const signedIn = signedInDevices(state, now);
  const room = known ? undefined : decideDeviceLimit(signedIn, kind, context.settings.deviceLimits);
  if (room?.kind === 'denied') return { result: { kind: 'refused', reason: 'device_limit' } };

  const own = statelessSessions(input);
  const knownId = known?.id ?? own[0]?.deviceId;
  const session = newSession(context, input, knownId ?? input.deviceId, firstStart(context, state, now), now);
  const device = placedDevice(input, known, session);
  const replaced = [...sessionsOf(state, known ? [known] : []), ...marksOf(context, input, own, state)];
  const evicted = sessionsOf(state, room?.evict ?? []);
  const replacing = revokingWrites(context, replaced, now);
  const evicting = revokingWrites(context, evicted, now);
  const kept: SubjectWrite =
    context.settings.mode === 'stored'
      ? {
          putDevices: [device],
          removeDevices: known ? [] : forgottenDevices(state, signedIn),
          putSessions: [session, ...replacing.ended, ...evicting.ended],
        }
      : { putSessions: replacing.ended };
  const write = { ...kept, revocations: [...replacing.revocations, ...evicting.revocations] };
  return {
    write: isEmpty(write) ? undefined : write,
    result: {
      kind: 'created',
      session,
      device,
      isNewDevice: knownId === undefined,
      replaced: replacing.ended,
      evicted: evicting.ended,
      // A host that fails throws here, where nothing is written yet: no session ends, and none begins that nobody has.
      accessToken: context.accessTokens.prepare(session, now, session.scope),
      now,
    },
  };
}

function isEmpty(write: SubjectWrite): boolean {
  return Object.values(write).flat().length === 0;
}

/** The sessions of this user whose stateless tokens came along. */
function statelessSessions({ presented, subject }: Prepared): readonly (PresentedSession & SessionName)[] {
  return presented.flatMap((shown) => (shown.subject === subject ? [{ ...shown, subject }] : []));
}

/** What there is to revoke of sessions that have no row. */
function marksOf(
  context: Context,
  key: Pick<SubjectKey, 'shardTag'>,
  names: readonly SessionName[],
  { sessions }: SubjectState,
): readonly SessionRecord[] {
  return names
    .filter((name) => isAtHome(name.sid, key) && !sessions.some(({ sid }) => sid === name.sid))
    .map((name) => liveMark(name, context.settings.policy));
}

function refusal(input: StartSessionInput, { user }: SubjectState): UserRefusal | undefined {
  if (user && user.disabledAt !== null) return 'user_disabled';
  return input.passwordHash !== undefined && user?.passwordHash !== input.passwordHash ? 'password_changed' : undefined;
}

/** A device is known by a session it has had, whose refresh token or key was shown; an id alone is worth nothing. */
function knownDevice({ presented, proof }: Prepared, { devices, sessions }: SubjectState): DeviceRecord | undefined {
  const sids = new Set(presented.map(({ sid }) => sid));
  const isShown = ({ sid, keyThumbprint }: SessionRecord) =>
    sids.has(sid) || (proof !== undefined && keyThumbprint === proof.keyThumbprint);
  const ids = new Set(sessions.filter(isShown).map(({ deviceId }) => deviceId));
  return devices.find((device) => ids.has(device.id) || sids.has(device.sid));
}

function signedInDevices({ devices, sessions }: SubjectState, now: number): readonly DeviceRecord[] {
  const ids = new Set(sessions.filter((session) => isLive(session, now)).map(({ deviceId }) => deviceId));
  return devices.filter(({ id }) => ids.has(id));
}

function sessionsOf({ sessions }: SubjectState, devices: readonly DeviceRecord[]): readonly SessionRecord[] {
  return sessions.filter(({ deviceId }) => devices.some(({ id }) => id === deviceId));
}

/** The oldest devices that are signed out, as far as the list has grown too long. */
function forgottenDevices({ devices }: SubjectState, signedIn: readonly DeviceRecord[]): readonly string[] {
  const excess = Math.max(devices.length + 1 - longestList, 0);
  const signedOut = devices.filter((device) => !signedIn.includes(device));
  return signedOut
    .toSorted((a, b) => a.lastUsedAt - b.lastUsedAt)
    .slice(0, excess)
    .map(({ id }) => id);
}

/** Never before a not-before, the user's or everybody's, even where the clock has gone back: it would be an older session. */
function firstStart({ notBefore }: Context, { user }: SubjectState, now: number): number {
  return Math.max(now, notBefore.current(), user?.notBefore ?? 0);
}

function newSession(
  { settings }: Context,
  input: Prepared,
  deviceId: string,
  startedAt: number,
  now: number,
): SessionRecord {
  const remember = input.remember ?? true;
  const { inactivityTimeout, absoluteLifetime } = settings.policy;
  const from = originOf(input);
  return {
    sid: encodeSessionId({ shardTag: input.shardTag, startedAt, random: input.random }),
    subject: input.subject,
    deviceId,
    clientId: input.clientId ?? defaultClientId,
    scope: input.scope ?? '',
    authenticatedAt: now,
    acr: input.acr ?? null,
    amr: (input.amr ?? []).join(' '),
    keyThumbprint: input.proof?.keyThumbprint ?? null,
    ...atSignIn,
    remember,
    inactivityEndsAt: endAfter(now, inactivityTimeout),
    absoluteEndsAt: endAfter(now, remember ? absoluteLifetime : soonerEnd(absoluteLifetime, shortLifetime)),
    lastAddress: from.address,
    lastAgent: agentDigest(from.userAgent),
  };
}

function placedDevice(input: Prepared, known: DeviceRecord | undefined, session: SessionRecord): DeviceRecord {
  const described = describedDevice(session, originOf(input));
  const givenName = clipName(input.deviceName ?? '');
  return {
    ...described,
    name: (givenName || known?.name) ?? described.name,
    createdAt: known?.createdAt ?? described.createdAt,
  };
}

function tellCreated(context: Context, decided: Decided & { kind: 'created' }, from: Origin): void {
  const { sid, subject, deviceId, clientId } = decided.session;
  context.tell({ type: 'session_created', sid, subject, deviceId, clientId, from });
  if (decided.isNewDevice)
    context.tell({ type: 'device_added', sid, subject, deviceId, name: decided.device.name, from });
  tellRevoked(context, decided.replaced, 'replaced');
  tellRevoked(context, decided.evicted, 'evicted');
}
