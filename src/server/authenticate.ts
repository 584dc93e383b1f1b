/**
 * The user check as the server sees it: the host's own function, or the built-in directory. Whatever a host's function
 * does, only a well-formed yes signs anybody in.
 */
import { z } from 'zod';

/** What a user typed. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a user check says. `acr` and `amr` (RFC 8176 values) go into the access tokens of the session. */
export type AuthenticateResult =
  | {
      readonly authenticated: true;
      /** The user's id in the host's data, at most 255 characters; never taken from the request. */
      readonly subject: string;
      readonly acr?: string | undefined;
      readonly amr?: readonly string[] | undefined;
    }
  | { readonly authenticated: false };

/** A user check. What it throws, and anything that is not an `AuthenticateResult`, is a fault and signs nobody in. */
export type Authenticate = (credentials: Credentials) => Promise<AuthenticateResult> | AuthenticateResult;

/** The user check did not do its work. Leaves as 503. */
class AuthenticateError extends Error {
  override readonly name = 'AuthenticateError';
}

const resultSchema = z.discriminatedUnion('authenticated', [
  z.object({
    authenticated: z.literal(true),
    subject: z.string().min(1).max(255),
    acr: z.string().min(1).max(255).optional(),
    amr: z
      .array(z.string().regex(/^[A-Za-z0-9_-]{1,32}$/))
      .max(8)
      .optional(),
  }),
  z.object({ authenticated: z.literal(false) }),
]);

const patience = 10_000;

/** Asks `authenticate`, for at most ten seconds. Throws an `AuthenticateError` for anything but a clear answer. */
export async function askHost(authenticate: Authenticate, credentials: Credentials): Promise<AuthenticateResult> {
  const answer = await withTimeout(async () => authenticate(credentials)).catch((error: unknown) => {
    throw new AuthenticateError('the user check failed', { cause: error });
  });
  const parsed = resultSchema.safeParse(answer);
  if (!parsed.success) throw new AuthenticateError('the user check gave something that is not an answer');
  return parsed.data;
}

async function withTimeout<Result>(act: () => Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), patience);
  try {
    return await Promise.race([act(), promise]);
  } finally {
    clearTimeout(timer);
  }
}
