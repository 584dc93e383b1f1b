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

export type AuthorizedFetch = (input: string | URL | Request, init?: ClientRequestInit) => Promise<Response>;

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
  const { fetch } = context;

  function isGoodEnough(session: Session, background: boolean | undefined, refused: string | undefined): boolean {
    if (background && !wasActive(session)) return !!session.accessToken;
    if (refused && session.accessToken === refused) return context.now() - session.receivedAt < young;
    return accessTokenRemaining(session, context.now()) > Math.min(tooShort, session.accessTokenLife / 10);
  }

  /**
   * A token of this session that is good enough to send, or the one that was refused where nothing suggests that another would do better.
   * `undefined` where nobody is signed in, or the session was left meanwhile.
   *
   * @param left The session's signal.
   */
  async function obtain(
    background: boolean | undefined,
    left: AbortSignal,
    refused?: string,
  ): Promise<string | undefined> {
    const session = keeper.session();
    if (session && !isGoodEnough(session, background, refused)) {
      const { kind } = await refresh();
      if (kind === 'unavailable') throw new TypeError('unreachable');
    }
    return left.aborted ? undefined : keeper.session()?.accessToken;
  }

  async function send(request: Request, subject: string, background: boolean | undefined): Promise<Response> {
    // While it waited, the browser may have become another user's.
    assertIsOf(subject);
    const left = keeper.signal();
    const token = await obtain(background, left);
    const answer = token && (await sendWith(token, request, subject));
    if (answer && !isRefused(answer)) return answer;
    const other = await obtain(background, left, token);
    if (other && other !== token) return sendWith(other, request, subject);
    if (!other && context.park) {
      await parking.park(request, subject);
      return send(request, subject, background);
    }
    if (answer) return answer;
    throw ended();
  }

  async function sendWith(token: string, request: Request, subject: string): Promise<Response> {
    const copy = request.clone();
    copy.headers.set('Authorization', `Bearer ${token}`);
    const response = await fetch(copy);
    // An answer that comes when its user has gone is for nobody else's eyes.
    assertIsOf(subject);
    return response;
  }

  function assertIsOf(subject: string): void {
    if (keeper.known()?.facts.subject !== subject) throw ended();
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
      const subject = keeper.known()?.facts.subject;
      return isOurs && subject ? send(request, subject, init?.background) : fetch(request);
    },
    async accessToken(need) {
      await prepare();
      const token = await obtain(need?.background, keeper.signal()).catch(() => undefined);
      return accessTokenRemaining(keeper.session(), context.now()) > 0 ? token : undefined;
    },
  };
}

/**
 * Whether another token might do better. Where the challenge names another fault than the token's, such as a sign-in that is too long ago
 * (RFC 9470), no refresh changes that.
 */
function isRefused(response: Response): boolean {
  return response.status === 401 && !/error="(?!invalid_token)/.test(response.headers.get('WWW-Authenticate') ?? '');
}
