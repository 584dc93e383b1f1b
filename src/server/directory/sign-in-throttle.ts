/**
 * Slows down guessing. Only failures count: by account and network together, by account, and by network. Attempts under
 * way count as failures until they are known, so that a thousand guesses at once are no way round a limit of ten; where a
 * limit is reached by those alone, the next one waits for them. Counted in this process.
 */
import pLimit from 'p-limit';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Who is being tried, from where. */
export interface AttemptFrom {
  readonly account: string;
  /** An address, or the network it is in; empty where nobody knows, which then is not counted by itself. */
  readonly network: string;
  /**
   * A device that is known to be the account's own. What strangers did to the account, or from the same network, then
   * counts for nothing, so that nobody can lock a user out.
   */
  readonly knownDevice?: string | undefined;
}

export type AttemptResult<Passed> =
  | { readonly kind: 'passed'; readonly value: Passed }
  | { readonly kind: 'failed' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

export interface SignInThrottle {
  /** Runs `check` unless there were too many failures. `check` gives `undefined` for a failure. */
  attempt<Passed>(from: AttemptFrom, check: () => Promise<Passed | undefined>): Promise<AttemptResult<Passed>>;
}

/** A kind of count: how many failures in how many seconds. */
interface Count {
  readonly limiter: RateLimiterMemory;
  readonly forgivenBySuccess: boolean;
  key(from: AttemptFrom): string | undefined;
}

const minutes = 60;
/** More than any office signs in at once; each of them is looked at again whenever one before it is done. */
const mostWaiting = 1_000;

function createCounts(): readonly Count[] {
  const count = (points: number, duration: number) => new RateLimiterMemory({ points, duration });
  return [
    {
      limiter: count(10, 10 * minutes),
      forgivenBySuccess: true,
      key: ({ account, network, knownDevice }) => `${knownDevice ?? network}|${account}`,
    },
    {
      limiter: count(100, 60 * minutes),
      forgivenBySuccess: true,
      key: ({ account, knownDevice }) => (knownDevice === undefined ? account : undefined),
    },
    {
      limiter: count(100, 10 * minutes),
      forgivenBySuccess: false,
      key: ({ network, knownDevice }) => (knownDevice === undefined && network !== '' ? network : undefined),
    },
  ];
}

type Outcome = 'passed' | 'failed' | 'fault';

/** What the counts say of one more attempt. `crowded`: those under way fill what is left; wait for one of them. */
type Admission =
  | { readonly kind: 'admitted'; readonly leave: (outcome: Outcome) => Promise<void> }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'crowded'; readonly until: Promise<void> };

export function createSignInThrottle(): SignInThrottle {
  const counters = createCounts().map(createCounter);
  // One at a time, so that nobody enters between another's look at the counts and their entry.
  const gate = pLimit(1);
  let waiting = 0;

  const admit = async (from: AttemptFrom): Promise<Admission> => {
    const states = await Promise.all(counters.map((counter) => counter.look(from)));
    const retryAfterSeconds = Math.max(...states.map((state) => state.retryAfterSeconds));
    if (retryAfterSeconds > 0) return { kind: 'throttled', retryAfterSeconds };
    const crowds = states.flatMap(({ crowd }) => crowd ?? []);
    if (crowds.length > 0) return { kind: 'crowded', until: Promise.race(crowds) };
    const leaves = counters.map((counter) => counter.enter(from));
    return {
      kind: 'admitted',
      leave: (outcome) =>
        gate(async () => {
          for (const leave of leaves) await leave(outcome);
        }),
    };
  };

  return {
    attempt: async (from, check) => {
      for (;;) {
        const admission = await gate(() => admit(from));
        if (admission.kind === 'throttled') return admission;
        if (admission.kind === 'admitted') return run(check, admission.leave);
        if (waiting >= mostWaiting) return { kind: 'throttled', retryAfterSeconds: 1 };
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
  let outcome: Outcome = 'fault';
  try {
    const value = await check();
    outcome = value === undefined ? 'failed' : 'passed';
    return value === undefined ? { kind: 'failed' } : { kind: 'passed', value };
  } finally {
    await leave(outcome);
  }
}

/** One count together with the attempts that are under way. */
interface Counter {
  look(from: AttemptFrom): Promise<{ readonly retryAfterSeconds: number; readonly crowd?: Promise<void> }>;
  enter(from: AttemptFrom): (outcome: Outcome) => Promise<void>;
}

function createCounter({ limiter, forgivenBySuccess, key }: Count): Counter {
  const underWay = new Map<string, Set<Promise<void>>>();
  return {
    look: async (from) => {
      const name = key(from);
      if (name === undefined) return { retryAfterSeconds: 0 };
      const found = await limiter.get(name);
      const failures = found?.consumedPoints ?? 0;
      if (failures >= limiter.points) return { retryAfterSeconds: Math.ceil((found?.msBeforeNext ?? 0) / 1000) || 1 };
      const attempts = underWay.get(name);
      const isCrowded = attempts !== undefined && failures + attempts.size >= limiter.points;
      return isCrowded ? { retryAfterSeconds: 0, crowd: Promise.race(attempts) } : { retryAfterSeconds: 0 };
    },
    enter: (from) => {
      const name = key(from);
      if (name === undefined) return async () => {};
      const { promise, resolve } = Promise.withResolvers<void>();
      const attempts = underWay.get(name) ?? new Set();
      underWay.set(name, attempts.add(promise));
      return async (outcome) => {
        if (outcome === 'failed') await limiter.penalty(name);
        if (outcome === 'passed' && forgivenBySuccess) await limiter.delete(name);
        attempts.delete(promise);
        if (attempts.size === 0) underWay.delete(name);
        resolve();
      };
    },
  };
}
