/** Our rule as an implementation that scenarios can be run against, with a row in memory and no server round it. */
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { endAfter } from '../../../src/session/expiry.ts';
import type { SessionPolicy } from '../../../src/session/session-policy.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';
import { sampleSession } from '../sample-session.ts';
import type { RotationRule } from '../world/setting.ts';
import type { Implementation, PresentationResult } from './run-scenario.ts';
import type { Presentation, ScenarioLimits } from './scenario.ts';

const signedInAt = 1_790_000_000_000;
const inMilliseconds = (seconds: number): number => signedInAt + seconds * 1000;
const durationOf = (seconds: number): number | null => (seconds === 0 ? null : seconds * 1000);

/** An implementation that decides by `rule`. */
export function implementationOf(rule: RotationRule = decideRefresh): Implementation {
  let policy: SessionPolicy;
  let rows: SessionRecord[] = [];
  const current = (): SessionRecord => rows.at(-1) ?? sampleSession();
  return {
    signIn(limits) {
      policy = policyOf(limits);
      rows = [firstRow(limits, policy)];
      return '0.0';
    },
    present(token, now, presentation) {
      const outcome = rule(current(), presentedToken(token, presentation), inMilliseconds(now), policy);
      if ('next' in outcome) rows.push(outcome.next);
      const session = current().revokedAt === null ? 'live' : 'ended';
      return { answer: answerOf(outcome), session, how: outcome.kind };
    },
    signOut(now) {
      rows.push({ ...current(), revokedAt: inMilliseconds(now) });
    },
    loseWrites(count) {
      rows.length -= count;
    },
  };
}

function policyOf(limits: ScenarioLimits): SessionPolicy {
  return {
    retryWindow: limits.retry_window_seconds * 1000,
    mayLose: limits.may_lose_seconds * 1000,
    inactivityTimeout: durationOf(limits.inactivity_timeout_seconds),
    absoluteLifetime: durationOf(limits.absolute_lifetime_seconds),
  };
}

function firstRow(limits: ScenarioLimits, policy: SessionPolicy): SessionRecord {
  return sampleSession({
    keyThumbprint: limits.key_bound ? 'owner' : null,
    inactivityEndsAt: endAfter(signedInAt, policy.inactivityTimeout),
    absoluteEndsAt: endAfter(signedInAt, policy.absoluteLifetime),
  });
}

function presentedToken(
  token: string,
  {
    delivery,
    with_key,
    same_client,
    deadline,
  }: Pick<Presentation, 'delivery' | 'with_key' | 'same_client' | 'deadline'>,
): Parameters<RotationRule>[1] {
  const [generation = 0, branch = 0] = token.split('.').map(Number);
  return {
    generation,
    branch,
    delivery,
    keyThumbprint: with_key ? 'owner' : undefined,
    clientId: same_client ? 'app' : 'other',
    deadline: deadline === undefined ? undefined : inMilliseconds(deadline),
  };
}

function answerOf(outcome: ReturnType<RotationRule>): PresentationResult['answer'] {
  if ('successor' in outcome) return { token: `${outcome.successor.generation}.${outcome.successor.branch}` };
  return outcome.kind === 'unavailable' ? 'try_again' : 'refused';
}
