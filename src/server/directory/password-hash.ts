/**
 * Password hashing: argon2id with OWASP's parameters, a bound on how many run at once, and a cap on the length before any
 * work is done. Passwords are taken as they are received: no normalisation, no trimming, no truncation.
 */
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { longestPassword } from '../../protocol/limits.ts';

/** 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet). The library's algorithm is argon2id unless told otherwise. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const currentPrefix: string = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`;

/** What is checked for a user nobody knows, so that they cost the same as a known one: a hash of no password at all. */
const decoy: string = `${currentPrefix}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Too many passwords are waiting to be hashed. Leaves as 503. */
class HashQueueFullError extends Error {
  override readonly name = 'HashQueueFullError';
}

/** Hashes and checks passwords, a few at a time. */
export interface PasswordHasher {
  /** Throws where so many passwords wait already that one more would be refused. */
  assertRoom(): void;
  /** A PHC string. */
  hash(password: string): Promise<string>;
  /** Whether `password` belongs to `passwordHash`. Without a hash it takes as long and says no. */
  verify(passwordHash: string | null | undefined, password: string): Promise<boolean>;
}

export interface PasswordHasherOptions {
  /** How many run at once, each with 19 MiB. */
  readonly concurrency: number;
  /** How many may wait. */
  readonly queue: number;
}

export function createPasswordHasher({ concurrency, queue }: PasswordHasherOptions): PasswordHasher {
  const limit = pLimit(concurrency);
  const assertRoom = () => {
    if (limit.pendingCount >= queue) throw new HashQueueFullError('too many passwords are waiting to be checked');
  };
  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    assertRoom();
    return limit(work);
  };
  return {
    assertRoom,
    hash: (password) => run(() => hash(password, parameters)),
    verify: async (passwordHash, password) => {
      if (Buffer.byteLength(password) > longestPassword) return false;
      const matches = await run(() => verify(passwordHash ?? decoy, password));
      return matches && typeof passwordHash === 'string';
    },
  };
}

/** Whether a hash was made with weaker parameters than today's and should be made again at the next sign-in. */
export function needsRehash(passwordHash: string): boolean {
  return !passwordHash.startsWith(currentPrefix);
}
