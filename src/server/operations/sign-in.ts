/**
 * Signs a user in with a name and a password: throttle, user check, session.
 */
import type { UserRecord } from '../../stores/store.ts';
import { type Credentials, checkUser } from '../authenticate.ts';
import type { Context } from '../context.ts';
import type { AttemptFrom } from '../directory/attempt-limits.ts';
import { normalizeUsername, type PasswordDirectory } from '../directory/directory.ts';
import { networkOf } from '../directory/network.ts';
import { originOf } from '../origin-of.ts';
import { isLate } from './is-late.ts';
import { presentedSessions } from './presented-sessions.ts';
import { type CreateSessionInput, type RequestRefusal, refusalOfRequest } from './session-request.ts';
import { signOut } from './sign-out.ts';
import { type StartSessionInput, type StartSessionResult, startSession } from './start-session.ts';

/** Credentials, and what the session is to be. */
export interface SignInInput extends Omit<CreateSessionInput, 'subject' | 'acr' | 'amr'>, Credentials {}

export type SignInResult =
  | (StartSessionResult & { readonly kind: 'created' })
  | { readonly kind: 'invalid_credentials' }
  | { readonly kind: 'device_limit' }
  /** The credentials are right, but the proof has been used before. */
  | { readonly kind: 'proof_replayed' }
  /** Nobody can have such a session, and the credentials were not looked at. */
  | { readonly kind: RequestRefusal }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** Nobody waits for the session any more. None began and none ended; the same request may succeed later. */
  | { readonly kind: 'unavailable'; readonly reason: 'late' };

const late = { kind: 'unavailable', reason: 'late' } as const;

/** Who was authenticated, and how. */
type Authenticated = Pick<StartSessionInput, 'subject' | 'acr' | 'amr' | 'passwordHash'>;

/**
 * Signs in. A wrong name, a wrong password and a user who may not sign in are the same result. The sessions whose refresh
 * tokens were presented end, whoever's they were: a browser that signs in leaves nothing behind.
 */
export async function signIn(context: Context, input: SignInInput): Promise<SignInResult> {
  const impossible = refusalOfRequest(context.settings, input);
  if (impossible !== undefined) return { kind: impossible };
  if (isLate(input, context.clock.now())) return late;
  const from = originOf(input);
  if (from.address === '') context.warnOfMissingAddress();
  const attempt = await attemptFrom(context, input, from.address);
  const checked = await context.throttle.attempt(attempt, () => authenticate(context, input));
  if (checked.kind !== 'passed') {
    context.tell({ type: 'sign_in_failed', reason: checked.kind, from });
    return checked.kind === 'throttled' ? checked : { kind: 'invalid_credentials' };
  }
  const result = await startSession(context, { ...input, ...checked.value });
  if (result.kind === 'created') {
    await endOthers(context, input.refreshTokens ?? [], result.replacedSids);
    return result;
  }
  const { reason } = result;
  if (reason === 'late') return late;
  context.tell({ type: 'sign_in_failed', reason, from });
  return { kind: reason === 'device_limit' || reason === 'proof_replayed' ? reason : 'invalid_credentials' };
}

async function authenticate(
  { users, store, subjectKey }: Context,
  { username, password }: Credentials,
): Promise<Authenticated | undefined> {
  // Nothing else of what came with the request is the host's business, least of all the refresh tokens.
  const credentials = { username, password };
  if ('authenticate' in users) {
    const answer = await checkUser(users.authenticate, credentials);
    return answer.authenticated ? { subject: answer.subject, acr: answer.acr, amr: answer.amr } : undefined;
  }
  const user = await users.directory.authenticate(credentials);
  if (user === undefined || user.disabledAt !== null) return undefined;
  const passwordHash = await upToDateHash(users.directory, store, subjectKey, user, password);
  return { subject: user.subject, amr: ['pwd'], passwordHash };
}

/** A hash made with weaker parameters is made again now, the one moment when the password is known. */
async function upToDateHash(
  directory: PasswordDirectory,
  store: Context['store'],
  subjectKey: Context['subjectKey'],
  user: UserRecord,
  password: string,
): Promise<string | undefined> {
  const old = user.passwordHash ?? undefined;
  if (!directory.needsRehash(user)) return old;
  const passwordHash = await directory.hash(password);
  return store.updateSubject({
    ...subjectKey(user.subject),
    decide: ({ user: found }) =>
      found?.passwordHash === old && found
        ? { write: { user: { ...found, passwordHash } }, result: passwordHash }
        : { result: old },
  });
}

/** Names that the directory takes for one are one account here, or every writing would have guesses of its own. */
async function attemptFrom(context: Context, input: SignInInput, address: string): Promise<AttemptFrom> {
  const base = { account: normalizeUsername(input.username), network: networkOf(address) };
  if ('authenticate' in context.users) return base;
  const presented = presentedSessions(context, input.refreshTokens ?? []);
  if (presented.length === 0) return base;
  const [rows, user] = await Promise.all([
    context.store.findSessions(presented.map(({ sid }) => sid)),
    context.users.directory.find(input.username),
  ]);
  const own = [...rows, ...presented].find((session) => session?.deviceId && session.subject === user?.subject);
  return own?.deviceId === undefined ? base : { ...base, knownDevice: own.deviceId };
}

async function endOthers(
  context: Context,
  refreshTokens: readonly string[],
  replacedSids: readonly string[],
): Promise<void> {
  const others = presentedSessions(context, refreshTokens).filter(({ sid }) => !replacedSids.includes(sid));
  await Promise.all(others.map((session) => signOut(context, session, 'replaced')));
}
