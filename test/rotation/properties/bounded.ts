/** *bounded*: nothing outlives the session's ends. */
import { accessTokenEnd, endAfter } from '../../../src/session/expiry.ts';
import { millisecondsAUnit, storeClock } from '../world/setting.ts';
import type { Property, Step } from './property.ts';

/**
 * No refresh moves the absolute end; only a rotation moves the inactivity end, to one timeout from now; nothing is issued at
 * or after either end; and no access token that goes with a refresh ends after either.
 *
 * Assumes nothing.
 */
export const bounded: Property = {
  name: 'bounded',
  promise: 'rotation never moves the absolute end, and no access token outlives the session',
  assumes: 'nothing',
  broken: (step) => endMoved(step) ?? issuedTooLate(step) ?? accessTokenTooLong(step),
};

function endMoved(step: Step): string | undefined {
  const { setting, event, before, next } = step;
  if (next.row.absoluteEndsAt !== before.row.absoluteEndsAt) return 'the absolute end has moved';
  if (event.kind === 'failover' || before.row.inactivityEndsAt === next.row.inactivityEndsAt) return undefined;
  const rotated = next.row.generation !== before.row.generation;
  const inOneTimeout = endAfter(issuedAt(step) ?? storeClock(next), setting.policy.inactivityTimeout);
  const isRight = rotated && next.row.inactivityEndsAt === inOneTimeout;
  return isRight ? undefined : 'the inactivity end has moved without a rotation, or not to one timeout from now';
}

function issuedTooLate(step: Step): string | undefined {
  const at = issuedAt(step);
  const { inactivityEndsAt, absoluteEndsAt } = step.before.row;
  const isPast = [inactivityEndsAt, absoluteEndsAt].some((end) => at !== undefined && end !== null && at >= end);
  return isPast ? 'a token is issued although the session has reached its end' : undefined;
}

function accessTokenTooLong(step: Step): string | undefined {
  const at = issuedAt(step);
  if (at === undefined) return undefined;
  const { row } = step.next;
  const end = accessTokenEnd(row, at, step.setting.bounds.accessTokenLifetime * millisecondsAUnit);
  const isLonger = [row.inactivityEndsAt, row.absoluteEndsAt].some((limit) => limit !== null && end > limit);
  return isLonger ? 'an access token outlives its session' : undefined;
}

/** When the step decided to issue a token, if it did. */
function issuedAt({ event }: Step): number | undefined {
  return 'at' in event && 'successor' in event.outcome ? event.at : undefined;
}
