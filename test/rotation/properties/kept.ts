/** *kept*: an honest client is not signed out. */
import type { RefreshOutcome } from '../../../src/session/decide-refresh.ts';
import { tokenName } from '../stories/names.ts';
import { decideForClient, type Setting, storeClock } from '../world/setting.ts';
import type { WorldState, WorldToken } from '../world/world.ts';
import type { Property, Step } from './property.ts';

/**
 * No request of an honest client ends its session or is refused while the session is live, and at every moment what each
 * tab would send next is a token that the rule accepts.
 *
 * Assumes: all tabs of the client share what is stored; with the token in the body a tab replaces it only if it is still
 * the one that the tab sent, with a cookie the last arrival wins; an exchange, from reading the token to storing its
 * successor, lasts less than half a retry window, and no request is decided later than that, whether because the network is
 * that quick or because a deadline comes with it; the store's clock does not jump while requests overlap, and a failover
 * loses less than two windows of writes; nobody else holds a token of the session, or nobody else its key.
 * Not assumed: that anything arrives, arrives once, or arrives in order; that tabs know of each other; that a server which
 * has written answers. "Live" is neither signed out nor removed nor past an end.
 */
export const kept: Property = {
  name: 'kept',
  promise: 'an honest client is never signed out while its session is live',
  assumes:
    'tabs share storage; exchanges last, and requests are decided within, less than half a window; no other holder',
  broken: (step) => requestRefused(step) ?? storedTokenDead(step),
};

function requestRefused({ event, before }: Step): string | undefined {
  if (event.kind !== 'decide' && event.kind !== 'write') return undefined;
  return isSignOut(event.outcome, before) ? `the honest client is signed out: ${saying(event.outcome)}` : undefined;
}

function storedTokenDead({ setting, event, before, next }: Step): string | undefined {
  const isAsBefore = before.row === next.row && before.storages === next.storages;
  const timePassed = event.kind === 'tick' || event.kind === 'clock_jump';
  if (next.row.revokedAt !== null || (isAsBefore && !timePassed)) return undefined;
  const dead = next.storages.find((token) => isDead(setting, next, token));
  return dead && `the client is left with ${tokenName(dead)}, which the server does not accept any more`;
}

function isDead(setting: Setting, state: WorldState, token: WorldToken): boolean {
  const moment = storeClock(state);
  return setting.bounds.servers.some((server) =>
    isSignOut(decideForClient(setting, state, { token, server, moment }), state),
  );
}

/** A refusal is honest where the session was ended, or has reached an end. */
function isSignOut(outcome: RefreshOutcome, { witness }: WorldState): boolean {
  if (outcome.kind === 'replayed') return true;
  if (outcome.kind !== 'refused') return false;
  return outcome.reason === 'revoked' ? !witness.endAcknowledged : outcome.reason.startsWith('wrong_');
}

function saying(outcome: RefreshOutcome): string {
  return outcome.kind === 'replayed' ? 'its own request counts as a replay' : 'its own request is refused';
}
