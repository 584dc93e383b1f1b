/** *ended is ended*: what was revoked stays revoked. */
import type { SessionMode } from '../../../src/protocol/wire.ts';
import type { RefreshOutcome } from '../../../src/session/decide-refresh.ts';
import { decideForClient, decideForThief, storeClock } from '../world/setting.ts';
import type { Property, Step } from './property.ts';

/**
 * After a sign-out or a removal is acknowledged, and after a replay has been written, no token of the session is good for
 * anything, nobody's decision issues one, and no write that was under way brings the session back.
 *
 * Assumes: a store writes a decision only if the row is as it was read; a failover does not lose an acknowledged
 * revocation. A retry that was decided before the end may still be answered after it, with a token that is already dead.
 */
export const endedIsEnded: Property = {
  name: 'ended is ended',
  promise: 'after an acknowledged end nothing refreshes, whatever was under way',
  assumes: 'the store writes only if the row is as it was read, and does not lose acknowledged revocations',
  broken: (step) => cameBack(step) ?? issued(step) ?? stillGood(step),
};

function cameBack({ before, next }: Step): string | undefined {
  const isBack = before.row.revokedAt !== null && next.row.revokedAt === null;
  return isBack ? 'the session had ended and is live again' : undefined;
}

function issued({ event, before }: Step): string | undefined {
  const decided = event.kind === 'decide' || event.kind === 'present' || event.kind === 'write';
  const hasEnded = before.row.revokedAt !== null;
  return decided && hasEnded && 'successor' in event.outcome
    ? 'the session had ended, and a token is issued'
    : undefined;
}

function stillGood({ setting, event, next }: Step): string | undefined {
  if (event.kind !== 'end_session') return undefined;
  const moment = storeClock(next);
  const clients = [...next.storages, ...next.exchanges.map(({ token }) => token)];
  const everywhere = (decide: (server: SessionMode) => RefreshOutcome) => setting.bounds.servers.map(decide);
  const outcomes = [
    ...clients.flatMap((token) => everywhere((server) => decideForClient(setting, next, { token, server, moment }))),
    ...next.thief.flatMap((token) =>
      everywhere((server) => decideForThief(setting, next, { token, server, moment }, 'body')),
    ),
  ];
  return outcomes.some(({ kind }) => kind !== 'refused')
    ? 'the session has ended, and a token is still good'
    : undefined;
}
