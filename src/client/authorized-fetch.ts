/**
 * `client.fetch`: the access token for those it is meant for, a refresh where it has expired or was refused, and one repetition. A
 * request is only ever sent for the user, and in the session, that it was made in.
 */
import type { Environment } from './environment.ts';
import type { History } from './history.ts';
import type { Obtained, Owner, TokenNeed } from './obtain-token.ts';
import type { Settings } from './options.ts';
import { type Parking, SessionEndedError } from './parking.ts';
import type { SessionHolder } from './session-holder.ts';

/** What `client.fetch` takes beside what `fetch` does. */
export interface ClientRequestInit extends RequestInit {
  /** Nobody waits for it, as with polling: unless the user was active since the last refresh it causes none. */
  readonly background?: boolean;
}

export interface AuthorizedFetchParts {
  readonly environment: Pick<Environment, 'fetch'>;
  readonly settings: Settings;
  readonly holder: SessionHolder;
  readonly parking: Pick<Parking, 'park'>;
  readonly history: History;
  readonly obtain: (need: TokenNeed) => Promise<Obtained>;
  /** Called for each request that may get a token; resolves when it is known whether anybody is signed in. */
  readonly prepare: () => Promise<void>;
}

export type AuthorizedFetch = (input: RequestInfo | URL, init?: ClientRequestInit) => Promise<Response>;

/** A request on its way. */
interface Errand {
  readonly request: Request;
  readonly owner: Owner;
  readonly background: boolean;
}

export function createAuthorizedFetch(parts: AuthorizedFetchParts): AuthorizedFetch {
  const { environment, settings, holder, parking, history, obtain, prepare } = parts;

  async function send(errand: Errand): Promise<Response> {
    const first = await obtain(errand);
    if (typeof first === 'string') return withoutToken(errand, first);
    const response = await sendWith(errand.request, first.token);
    if (!isRefused(response)) return handOver(response, errand.owner);
    const second = await obtain({ ...errand, refused: first.token });
    if (typeof second === 'string') return withoutToken(errand, second, response);
    const isSame = second.token === first.token;
    return handOver(isSame ? response : await sendWith(errand.request, second.token), errand.owner);
  }

  function sendWith(request: Request, token: string): Promise<Response> {
    const copy = request.clone();
    copy.headers.set('Authorization', `Bearer ${token}`);
    return environment.fetch(copy);
  }

  async function withoutToken(errand: Errand, why: 'gone' | 'unavailable', refusal?: Response): Promise<Response> {
    if (why === 'unavailable') throw new TypeError('The session could not be refreshed: the server cannot be reached.');
    const { owner, request } = errand;
    const present = holder.session() ?? holder.left();
    const isSameUser = present?.subject === owner.subject;
    if (isSameUser && refusal && !settings.parks) return refusal;
    if (!isSameUser || !settings.parks) throw new SessionEndedError(holder.left()?.reason);
    history.note('parked', request.method);
    await parking.park(request, owner.subject);
    history.note('repeated', request.method);
    return send({ ...errand, owner: holder.session() ?? owner });
  }

  /** An answer that comes when its user has gone is for nobody else's eyes. */
  function handOver(response: Response, { subject }: Owner): Response {
    const present = holder.session() ?? holder.left();
    if (present?.subject === subject) return response;
    throw new SessionEndedError(holder.left()?.reason);
  }

  return async (input, init) => {
    const request = new Request(input, init);
    const isOurs = settings.allowedOrigins.has(new URL(request.url).origin) && !request.headers.has('Authorization');
    if (!isOurs) return environment.fetch(request);
    await prepare();
    const owner = ownerNow(holder);
    return owner ? send({ request, owner, background: init?.background === true }) : environment.fetch(request);
  };
}

/** Whoever is signed in, or was until the session ended by itself. */
function ownerNow(holder: SessionHolder): Owner | undefined {
  const { sessionId, subject } = holder.session() ?? holder.left() ?? {};
  return sessionId !== undefined && subject !== undefined ? { sessionId, subject } : undefined;
}

/** RFC 9470: there the token is fine and the sign-in is too long ago; no refresh changes that. */
function isRefused({ status, headers }: Response): boolean {
  return status === 401 && !headers.get('WWW-Authenticate')?.includes('insufficient_user_authentication');
}
