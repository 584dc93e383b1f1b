/**
 * Slows down guessing. Only failures count: by account and network together, by account, and by network; in the store, so for
 * all servers together. Attempts under way count as failures until they are known, so that a thousand guesses at once are no
 * way round a limit of ten; where a limit is reached by those alone, the next one waits for them.
 */
import type { KeyObject } from 'node:crypto';
import { admitAttempt, type Counters, type Outcome } from './admit-attempt.ts';
import { type AttemptFrom, attemptLimits } from './attempt-limits.ts';
import { createAttemptsHere } from './attempts-here.ts';

export type AttemptResult<Passed> =
  | { readonly kind: 'passed'; readonly value: Passed }
  | { readonly kind: 'failed' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

export interface SignInThrottle {
  /**
   * Runs `check` unless there were too many failures. `check` gives `undefined` for a failure. Rejects where there is no room
   * for it, and where the store cannot count the attempt, whatever `check` came to.
   */
  attempt<Passed>(from: AttemptFrom, check: () => Promise<Passed | undefined>): Promise<AttemptResult<Passed>>;
}

export interface SignInThrottleOptions extends Omit<Counters, 'here'> {
  /** The same on all servers. */
  readonly secret: KeyObject;
  /** Gives milliseconds. */
  readonly monotonic: () => number;
}

/** More than any office signs in at once; each of them is looked at again whenever one before it is done. */
const mostWaiting = 1_000;

export function createSignInThrottle({ secret, monotonic, ...rest }: SignInThrottleOptions): SignInThrottle {
  const counters = { ...rest, here: createAttemptsHere(monotonic) };
  let waiting = 0;
  return {
    attempt: async (from, check) => {
      const limits = attemptLimits(secret, from);
      for (;;) {
        const admission = await admitAttempt(counters, limits);
        if (admission.kind === 'refused') return throttled(admission.retryAfter);
        if (admission.kind === 'admitted') return run(check, admission.leave);
        if (waiting >= mostWaiting) return throttled(0);
        waiting += 1;
        await admission.until;
        waiting -= 1;
      }
    },
  };
}

async function run<Passed>(
  check: () => Promise<Passed | undefined>,
  leave: (outcome: Outcome) => Promise<void>,
): Promise<AttemptResult<Passed>> {
  let outcome: Outcome = 'withdrawn';
  try {
    const value = await check();
    outcome = value === undefined ? 'failed' : 'passed';
    return value === undefined ? { kind: 'failed' } : { kind: 'passed', value };
  } finally {
    await leave(outcome);
  }
}

function throttled(retryAfter: number): { readonly kind: 'throttled'; readonly retryAfterSeconds: number } {
  return { kind: 'throttled', retryAfterSeconds: Math.ceil(retryAfter / 1000) || 1 };
}
