/**
 * The user check as the server sees it: the host's own function, or the built-in directory. Whatever a host's function
 * does, only a well-formed yes signs anybody in.
 */
import { z } from 'zod';
import { askHost } from './ask-host.ts';

/** What a user typed. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a user check says. `acr` and `amr` (RFC 8176 values) go into the access tokens of the session. */
export type AuthenticateResult =
  | {
      readonly authenticated: true;
      /** The user's id in the host's data, at most 255 characters, without lone surrogates and NUL; never taken from the request. */
      readonly subject: string;
      readonly acr?: string | undefined;
      readonly amr?: readonly string[] | undefined;
    }
  | { readonly authenticated: false };

/** A user check. What it throws, and anything that is not an `AuthenticateResult`, is a fault and signs nobody in. */
export type Authenticate = (credentials: Credentials) => Promise<AuthenticateResult> | AuthenticateResult;

/** Text that is the same wherever it is kept, and that every verifier can read in a token: no lone surrogates, no NUL. */
export const keptText: z.ZodString = z
  .string()
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'has characters that cannot be kept');

/** What is known of a user who was authenticated, as far as it goes into tokens. */
export const userShape: {
  readonly subject: z.ZodString;
  readonly acr: z.ZodOptional<z.ZodString>;
  readonly amr: z.ZodOptional<z.ZodArray<z.ZodString>>;
} = {
  subject: keptText.min(1).max(255),
  acr: keptText.min(1).max(255).optional(),
  amr: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{1,32}$/))
    .max(8)
    .optional(),
};

const resultSchema = z.discriminatedUnion('authenticated', [
  z.object({ authenticated: z.literal(true), ...userShape }),
  z.object({ authenticated: z.literal(false) }),
]);

/** Asks `authenticate`, for at most ten seconds. Rejects with a `HostError` for anything but a clear answer. */
export async function checkUser(authenticate: Authenticate, credentials: Credentials): Promise<AuthenticateResult> {
  return askHost({
    name: 'the user check',
    ask: () => authenticate(credentials),
    answer: resultSchema,
    patience: 10_000,
  });
}
