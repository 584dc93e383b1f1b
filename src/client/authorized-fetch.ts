/**
 * `client.fetch`: the access token for those it is meant for, a refresh where it has expired or was refused, and one repetition. A
 * request is only ever sent for the user, and in the session, that it was made in.
 */
import type { Context } from './context.ts';
import { tooShort, young } from './limits.ts';
import { type Parking, SessionEndedError } from './parking.ts';
import type { Refresher } from './refresher.ts';
import { accessTokenRemaining, type Session } from './session.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** What `client.fetch` takes beside what `fetch` does. */
export interface ClientRequestInit extends RequestInit {
  /** Nobody waits for it, as with polling: unless the user was active since the last refresh it causes none. */
  readonly background?: boolean;
}

export type AuthorizedFetch = (input: RequestInfo | URL, init?: ClientRequestInit) => Promise<Response>;

/** A request on its way, and whose it is. */
interface Errand {
  readonly request: Request;
  readonly subject: string;
  /** Empty where it belongs to no session any more. */
  readonly sessionId: string;
  readonly isBackground: boolean | undefined;
}

export interface Requests {
  readonly fetch: AuthorizedFetch;
  readonly accessToken: (need?: Pick<ClientRequestInit, 'background'>) => Promise<string | undefined>;
}

/** @param prepare Called for each request that may get a token; resolves when it is known whether anybody is signed in. */
export function createRequests(
  context: Context,
  keeper: SessionKeeper,
  parking: Pick<Parking, 'park'>,
  { refresh }: Pick<Refresher, 'refresh'>,
  wasActive: (session: Session) => boolean,
  prepare: () => Promise<void>,
): Requests {
  const { now, fetch } = context;

  function isGoodEnough(session: Session, isBackground?: boolean | undefined, refused?: string): boolean {
    if (!session.accessToken) return false;
    if (isBackground && !wasActive(session)) return true;
    if (session.accessToken === refused) return now() - session.receivedAt < young;
    return accessTokenRemaining(session, now()) > Math.min(tooShort, session.accessTokenLife / 10);
  }

  /**
   * A token of that session that is good enough to send, or the one that was refused where nothing suggests that another would do better.
   * `undefined` where that session is not this tab's any more.
   */
  async function obtain(
    sessionId: string | undefined,
    isBackground?: boolean | undefined,
    refused?: string,
  ): Promise<string | undefined> {
    const session = keeper.session(sessionId);
    if (session && !isGoodEnough(session, isBackground, refused)) {
      const { kind } = await refresh(true);
      if (kind === 'unavailable') throw new TypeError('Server unreachable');
    }
    return keeper.session(sessionId)?.accessToken;
  }

  async function send(errand: Errand, refused?: string, refusal?: Response): Promise<Response> {
    const token = await obtain(errand.sessionId, errand.isBackground, refused);
    if (!token && (context.park || !refusal)) return sendLater(errand);
    if (refusal && (!token || token === refused)) return refusal;
    const copy = errand.request.clone();
    copy.headers.set('Authorization', `Bearer ${token}`);
    const response = await fetch(copy);
    // An answer that comes when its user has gone is for nobody else's eyes.
    if (keeper.known()?.facts.subject !== errand.subject) throw ended();
    return refusal || !isRefused(response) ? response : send(errand, token, response);
  }

  /** The request's session is over. It goes on in another one of the same user, and otherwise not at all. */
  async function sendLater(errand: Errand): Promise<Response> {
    if (!context.park) throw ended();
    const { request, subject } = errand;
    await parking.park(request, subject);
    const session = keeper.session();
    return send({ ...errand, sessionId: session?.facts.subject === subject ? session.facts.sessionId : '' });
  }

  function ended(): SessionEndedError {
    return new SessionEndedError(keeper.known()?.ended);
  }

  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      const isOurs =
        context.allowedOrigins.includes(new URL(request.url).origin) && !request.headers.has('Authorization');
      if (isOurs) await prepare();
      const { sessionId = '', subject } = keeper.known()?.facts ?? {};
      if (!isOurs || !subject) return fetch(request);
      return send({ request, subject, sessionId, isBackground: init?.background });
    },
    async accessToken({ background } = {}) {
      await prepare();
      const token = await obtain(keeper.session()?.facts.sessionId, background).catch(() => undefined);
      return accessTokenRemaining(keeper.session(), now()) > 0 ? token : undefined;
    },
  };
}

/**
 * Whether another token might do better. Where the challenge names another fault than the token's, such as a sign-in that is too long ago
 * (RFC 9470), no refresh changes that.
 */
function isRefused({ status, headers }: Response): boolean {
  return status === 401 && !/error="(?!invalid_token)/.test(headers.get('WWW-Authenticate') ?? '');
}
