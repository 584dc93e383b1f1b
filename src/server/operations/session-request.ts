/**
 * What a session is to be, and whether there could be such a one here. Nothing that is stored is looked at.
 */
import type { KeyProof } from '../dpop/check-proof.ts';
import type { Origin } from '../events.ts';
import { allowsBearerRefresh, type Settings } from '../options.ts';
import type { Waiting } from './is-late.ts';

/** Who signs in, how they were authenticated, and from where. */
export interface CreateSessionInput extends Waiting {
  /** The user's id in the host's data, 1 to 255 characters, without lone surrogates and NUL; never taken from the request. */
  readonly subject: string;
  /**
   * One of the option `clients`, where there are any. Default `app`. That a confidential one has authenticated itself is
   * **not** checked: that is for whoever takes the request.
   */
  readonly clientId?: string | undefined;
  /** Values with one space between them, each of the option `scopes` where there are any. Default: none. */
  readonly scope?: string | undefined;
  /** How strongly the user was authenticated, in words that the host and its resource servers share: the claim `acr`. */
  readonly acr?: string | undefined;
  /** By what means: the claim `amr`, at most 8 values of RFC 8176. */
  readonly amr?: readonly string[] | undefined;
  /** `false`: a session of at most 12 hours, and at `/login` a cookie that ends with the browser. Default `true`. */
  readonly remember?: boolean | undefined;
  /** What is over 64 characters is cut off; an empty one is as none. */
  readonly deviceName?: string | undefined;
  /** A good proof by the key that the session is to be bound to; it names the device too, where this user's key it was. */
  readonly proof?: KeyProof | undefined;
  /** Refresh tokens that came with the request, of any age; the first genuine one of this user names the device. */
  readonly refreshTokens?: readonly string[] | undefined;
  /**
   * Where the request came from: the address and browser that the device is listed with, and by which a retry from elsewhere
   * is noticed. What is left out is not known.
   */
  readonly from?: Partial<Origin> | undefined;
}

/**
 * Why nobody can have such a session. `unauthorized_client`: the client is not one of those configured. `invalid_scope`: the
 * scope has a value that is not offered. `proof_missing`: stateless sessions are bound to a key, unless bearer ones were
 * asked for by name.
 */
export type RequestRefusal = 'unauthorized_client' | 'invalid_scope' | 'proof_missing';

/** The client of a session that names none. */
export const defaultClientId = 'app';

/** What speaks against a session, whoever it is for. */
export function refusalOfRequest(
  settings: Settings,
  { clientId = defaultClientId, scope, proof }: Pick<CreateSessionInput, 'clientId' | 'scope' | 'proof'>,
): RequestRefusal | undefined {
  if (!settings.clients.isKnown(clientId)) return 'unauthorized_client';
  if (!isOffered(settings, scope)) return 'invalid_scope';
  return proof === undefined && !allowsBearerRefresh(settings) ? 'proof_missing' : undefined;
}

function isOffered({ scopes }: Settings, scope: string | undefined): boolean {
  return !scopes || !scope || scope.split(' ').every((value) => scopes.has(value));
}
