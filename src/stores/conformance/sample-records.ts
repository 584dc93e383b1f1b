/**
 * Records to put into a store: valid, different each time, and with every field set to something that could be lost.
 */
import { randomBytes } from 'node:crypto';
import { encodeSessionId } from '../../protocol/session-id.ts';
import { atSignIn } from '../../session/at-sign-in.ts';
import type { DeviceRecord } from '../../session/device-record.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { Revocation, SigningKeyRecord, SubjectKey, UserRecord } from '../store.ts';

const hour = 3_600_000;

/** A user nobody has seen before, at a shard tag of their own unless one is given. */
export function sampleSubject(shardTag: Uint8Array = Uint8Array.from(randomBytes(4))): SubjectKey {
  return { subject: `sub-${randomText()}`, shardTag };
}

export function sampleUser(
  { subject }: Pick<SubjectKey, 'subject'>,
  changes: Partial<UserRecord> = {},
): UserRecord & { readonly username: string } {
  return {
    subject,
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
    createdAt: 1_790_000_000_123,
    disabledAt: null,
    notBefore: 0,
    ...changes,
    username: changes.username ?? `näme-${randomText()}`,
  };
}

export function sampleDevice({ subject }: SubjectKey, changes: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    id: randomText(),
    subject,
    name: 'Ada’s “Laptop” 🖥',
    kind: 'desktop',
    platform: 'Linux',
    browser: 'Firefox',
    createdAt: 1_790_000_000_123,
    lastUsedAt: 1_790_000_000_456,
    lastAddress: '2001:db8::1',
    sid: encodeSessionId({ shardTag: randomBytes(4), startedAt: 1, random: randomBytes(6) }),
    ...changes,
  };
}

/** A session whose every field is set; its ends lie an hour and a day after `now`. */
export function sampleSession(
  { subject, shardTag }: SubjectKey,
  now: number,
  changes: Partial<SessionRecord> = {},
): SessionRecord {
  return {
    sid: encodeSessionId({ shardTag, startedAt: now, random: randomBytes(6) }),
    subject,
    deviceId: randomText(),
    clientId: 'https://app.example/client',
    scope: 'openid accounts:read',
    authenticatedAt: now - 1,
    acr: 'urn:example:gold',
    amr: 'pwd otp',
    keyThumbprint: randomBytes(32).toString('base64url'),
    generation: 7,
    branch: 3,
    parentBranch: 2,
    grandparentBranch: 1,
    changedAt: now - 2,
    aheadUntil: now + 3,
    remember: true,
    inactivityEndsAt: wholeSecond(now + hour),
    absoluteEndsAt: wholeSecond(now + 24 * hour),
    revokedAt: null,
    lastAddress: '192.0.2.7',
    lastAgent: 'a1B2-_',
    ...changes,
  };
}

/** The same session with `null` wherever a session can have it, and the smallest value wherever it cannot. */
export function bareSession(key: SubjectKey, now: number): SessionRecord {
  return sampleSession(key, now, {
    scope: '',
    acr: null,
    amr: '',
    keyThumbprint: null,
    ...atSignIn,
    remember: false,
    inactivityEndsAt: null,
    absoluteEndsAt: null,
    lastAddress: '',
    lastAgent: '',
  });
}

export function sampleSigningKey(now: number, changes: Partial<SigningKeyRecord> = {}): SigningKeyRecord {
  const kid = changes.kid ?? randomBytes(32).toString('base64url');
  return {
    kid,
    publicJwk: { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', kid, alg: 'ES256', use: 'sig' },
    sealedPrivateKey: Uint8Array.from(randomBytes(100)),
    createdAt: now,
    signsFrom: now + 1,
    publishedUntil: null,
    ...changes,
  };
}

/** Says that a session has ended. */
export function sampleRevocation(key: SubjectKey, now: number, changes: { heldUntil?: number } = {}): Revocation {
  return { sid: sampleSession(key, now).sid, heldUntil: now + hour, ...changes };
}

function randomText(): string {
  return randomBytes(8).toString('base64url');
}

function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
