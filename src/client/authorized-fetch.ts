/**
 * `client.fetch`: the access token for those it is meant for, a refresh where it has expired or was refused, and one repetition. A
 * request is only ever sent for the user, and in the session, that it was made in.
 */
import type { Environment } from './environment.ts';
import type { History } from './history.ts';
import type { Obtained, TokenNeed } from './obtain-token.ts';
import type { Settings } from './options.ts';
import { type Parking, SessionEndedError } from './parking.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** What `client.fetch` takes beside what `fetch` does. */
export interface ClientRequestInit extends RequestInit {
  /** Nobody waits for it, as with polling: unless the user was active since the last refresh it causes none. */
  readonly background?: boolean;
}

export type AuthorizedFetch = (input: RequestInfo | URL, init?: ClientRequestInit) => Promise<Response>;

export interface AuthorizedFetchParts {
  readonly environment: Pick<Environment, 'fetch'>;
  readonly settings: Settings;
  readonly keeper: SessionKeeper;
  readonly parking: Pick<Parking, 'park'>;
  readonly history: History;
  readonly obtain: (need: TokenNeed) => Promise<Obtained>;
  /** Called for each request that may get a token; resolves when it is known whether anybody is signed in. */
  readonly prepare: () => Promise<void>;
}

/** A request on its way, and whose it is. */
interface Errand {
  readonly request: Request;
  readonly sessionId: string;
  readonly subject: string;
  readonly background: boolean;
}

export function createAuthorizedFetch(parts: AuthorizedFetchParts): AuthorizedFetch {
  const { environment, settings, keeper, parking, history, obtain, prepare } = parts;

  async function send(errand: Errand, refusal?: Response, refused?: string): Promise<Response> {
    const obtained = await obtain({ ...errand, refused });
    if (obtained === 'unavailable') throw new TypeError('The server cannot be reached for a refresh.');
    if (obtained === 'gone') return outlive(errand, refusal);
    const { token } = obtained;
    if (refusal && token === refused) return refusal;
    const copy = errand.request.clone();
    copy.headers.set('Authorization', `Bearer ${token}`);
    const response = await environment.fetch(copy);
    // An answer that comes when its user has gone is for nobody else's eyes.
    if (keeper.owner().subject !== errand.subject) throw ended();
    return refusal || !isRefused(response) ? response : send(errand, response, token);
  }

  /** The request's session is over. It goes on in another one of the same user, and otherwise not at all. */
  async function outlive(errand: Errand, refusal?: Response): Promise<Response> {
    const { request, subject } = errand;
    if (!settings.park && refusal) return refusal;
    if (!settings.park) throw ended();
    history.note('parked', request.method);
    await parking.park(request, subject);
    history.note('repeated', request.method);
    return send({ ...errand, ...keeper.session()?.facts });
  }

  function ended(): SessionEndedError {
    return new SessionEndedError(keeper.left()?.reason);
  }

  return async (input, init) => {
    const request = new Request(input, init);
    const isOurs =
      settings.allowedOrigins.includes(new URL(request.url).origin) && !request.headers.has('Authorization');
    if (isOurs) await prepare();
    const { sessionId, subject } = keeper.owner();
    if (!isOurs || !sessionId || !subject) return environment.fetch(request);
    return send({ request, sessionId, subject, background: !!init?.background });
  };
}

/** RFC 9470: there the token is fine and the sign-in is too long ago; no refresh changes that. */
function isRefused({ status, headers }: Response): boolean {
  return status === 401 && !headers.get('WWW-Authenticate')?.includes('insufficient_user_authentication');
}
