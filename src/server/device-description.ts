/**
 * What a browser says about itself, read by a library; nothing here is trusted for anything but showing it.
 */
import { hash } from 'node:crypto';
import Bowser from 'bowser';
import { longestDeviceName } from '../protocol/limits.ts';
import type { DeviceKind } from '../session/device-record.ts';

export interface DeviceDescription {
  readonly kind: DeviceKind;
  readonly platform: string;
  readonly browser: string;
  /** A name for a device that its user has not named. */
  readonly name: string;
}

const longestUserAgent = 512;
const kinds: Readonly<Record<string, DeviceKind>> = { desktop: 'desktop', mobile: 'mobile', tablet: 'tablet' };

/** Describes the device behind a `User-Agent` header, which may be empty. */
export function describeDevice(userAgent: string): DeviceDescription {
  const parsed = userAgent === '' ? undefined : Bowser.parse(userAgent.slice(0, longestUserAgent));
  const platform = clipName(parsed?.os.name ?? '');
  const browser = clipName(parsed?.browser.name ?? '');
  const name = [browser, platform].filter((part) => part !== '').join(' on ') || 'Unknown device';
  return { kind: kinds[parsed?.platform.type ?? ''] ?? 'other', platform, browser, name: clipName(name) };
}

/** A short digest, to tell two browsers apart without keeping what they say. */
export function agentDigest(userAgent: string): string {
  return hash('sha256', userAgent, 'base64url').slice(0, 6);
}

/**
 * As much of a name as is kept: without what cannot be shown, such as the characters that command a terminal or turn the writing
 * round, since people read it in lists of users and of operators.
 */
export function clipName(text: string): string {
  return [...text.replace(/\p{C}/gu, '')].slice(0, longestDeviceName).join('');
}
