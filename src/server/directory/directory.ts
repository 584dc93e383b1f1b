/**
 * The built-in directory of users, for hosts that have none of their own: names and argon2id hashes in the store.
 */
import { randomBytes } from 'node:crypto';
import { longestUsername } from '../../protocol/limits.ts';
import type { Store, UserRecord } from '../../stores/store.ts';
import type { Credentials } from '../authenticate.ts';
import { createSubjectKeys } from '../subject-keys.ts';
import { needsRehash, type PasswordHasher } from './password-hash.ts';
import { passwordProblem } from './password-policy.ts';

export type AddUserResult =
  | { readonly kind: 'added'; readonly subject: string }
  | { readonly kind: 'name_taken' }
  | { readonly kind: 'invalid'; readonly problem: string };

/** The users, for whoever runs the host. */
export interface Directory {
  find(username: string): Promise<UserRecord | undefined>;
  add(credentials: Credentials): Promise<AddUserResult>;
  /** All users, page by page, in order of name. */
  list(): AsyncIterable<UserRecord>;
}

/** The directory with what only the operations need: passwords are checked there, behind the throttle. */
export interface PasswordDirectory extends Directory {
  /** The user, where the password is theirs. Whether they may sign in is decided together with the session. */
  authenticate(credentials: Credentials): Promise<UserRecord | undefined>;
  /** A new hash, for a password that is known to be right or has been checked against the policy. */
  hash(password: string): Promise<string>;
  verify(user: UserRecord, password: string): Promise<boolean>;
  needsRehash(user: UserRecord): boolean;
}

const pageSize = 100;

export function createDirectory(store: Store, hasher: PasswordHasher): PasswordDirectory {
  const find = async (username: string) => store.findUserByName(normalizeUsername(username));
  return {
    find,
    authenticate: async ({ username, password }) => {
      const user = await find(username);
      return (await hasher.verify(user?.passwordHash, password)) ? user : undefined;
    },
    add: async ({ username, password }) => {
      const problem = usernameProblem(username) ?? (await passwordProblem(password));
      if (problem) return { kind: 'invalid', problem };
      const user = await newUser(store, username, await hasher.hash(password));
      const { shardTag } = createSubjectKeys(await store.shardSecret())(user.subject);
      const outcome = await store.insertUser(user, shardTag);
      return outcome === 'inserted' ? { kind: 'added', subject: user.subject } : { kind: 'name_taken' };
    },
    list: () => pages(store),
    hash: hasher.hash,
    verify: (user, password) => hasher.verify(user.passwordHash, password),
    needsRehash: ({ passwordHash }) => passwordHash !== null && needsRehash(passwordHash),
  };
}

/** Names are compared without regard to case or to how a letter was composed. */
export function normalizeUsername(username: string): string {
  return username.normalize('NFKC').toLowerCase();
}

function usernameProblem(username: string): string | undefined {
  const isWellFormed = /^[^\s\p{C}]+$/u.test(username) && username.length <= longestUsername;
  return isWellFormed ? undefined : `A user name has 1 to ${longestUsername} characters and no spaces.`;
}

async function newUser(store: Store, username: string, passwordHash: string) {
  return {
    subject: randomBytes(12).toString('base64url'),
    username: normalizeUsername(username),
    passwordHash,
    createdAt: await store.checkHealth(),
    disabledAt: null,
    notBefore: 0,
  };
}

async function* pages(store: Store): AsyncIterable<UserRecord> {
  let page = await store.listUsers('', pageSize);
  while (page.length > 0) {
    yield* page;
    page = await store.listUsers(page.at(-1)?.username ?? '', pageSize);
  }
}
