/**
 * How long ago a sign-in was (RFC 9470).
 */
import { mostClockTolerance } from './access-token.ts';

/**
 * Whether a sign-in at `authTime` was at most `maxAge` seconds before `now`, which is in milliseconds. One that is still to come, as after
 * a clock was set back, was not: it would be recent until then, and for `maxAge` more.
 */
export function isRecent(authTime: number, maxAge: number, now: number): boolean {
  const age = now / 1000 - authTime;
  return age <= maxAge && age >= -mostClockTolerance;
}
