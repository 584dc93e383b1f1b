/**
 * One request to the server's own endpoints, bounded in time, and what came of it as a value. It repeats nothing and decides
 * nothing.
 */
import type { clientHeader, deadlineHeader, timeHeader } from '../protocol/headers.ts';
import type { ErrorResponse, TokenPayload } from '../protocol/wire.ts';
import type { Context } from './context.ts';
import { unlessAborted } from './give-up.ts';
import { exchangeTime } from './limits.ts';
import { readSession, type Session } from './session.ts';

export interface Answer {
  /** 0: the network failed, nothing came in time, or it came too late to be counted from. */
  readonly status: number;
  /** Empty where the body is not JSON. */
  readonly body: Partial<TokenPayload & ErrorResponse>;
  /** The session that the body tells of, received now. */
  readonly session?: Session | undefined;
  /** How long the server asks to be left alone, in milliseconds; 0 where it does not say. A date is not understood. */
  readonly retryAfter: number;
}

/** Members that are `undefined` are left out. */
export type PostBody = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Posts JSON to `/login`, a form to the others.
 *
 * @param sessionId The session whose cookie is meant; the server's `new` where there is none yet.
 */
export type Post = (
  path: '/login' | '/token' | '/logout',
  sessionId: string | undefined,
  body: PostBody,
  signal?: AbortSignal,
) => Promise<Answer>;

const silence: Answer = { status: 0, body: {}, retryAfter: 0 };

export function createPost(context: Context): Post {
  const { fetch } = context;
  const inCookie = context.delivery === 'cookie';
  // How far the server's clock is ahead of `now`; only as long as the machine does not sleep, and nobody sets a clock.
  let ahead = 0;
  /** By `unseen`, which stays the same as long. */
  let learntAt: number | undefined;

  async function read(response: Response): Promise<Answer> {
    const { status, headers } = response;
    const body: Answer['body'] = (await response.json().catch(() => undefined)) ?? {};
    const serverTime = Number(headers.get('Tallystick-Time' satisfies typeof timeHeader));
    // What was learnt earlier may be why there is no better answer.
    ahead = serverTime - context.now();
    learntAt = serverTime ? context.unseen() : undefined;
    return {
      status,
      body,
      session: readSession(body, context, context.random()),
      retryAfter: Number(headers.get('Retry-After')) * 1000 || 0,
    };
  }

  return async (path, sessionId = 'new', body, outer) => {
    const isLogin = path === '/login';
    const json = JSON.stringify(body);
    const timeout = context.timeout(exchangeTime);
    const signal = outer ? AbortSignal.any([outer, timeout]) : timeout;
    const sentAt = context.now();
    const headers = {
      ...(inCookie && { ['Tallystick-Client' satisfies typeof clientHeader]: sessionId }),
      ...(isLogin && { 'Content-Type': 'application/json' }),
      ...(learntAt === context.unseen() && {
        ['Tallystick-Deadline' satisfies typeof deadlineHeader]: (sentAt + ahead + exchangeTime).toFixed(),
      }),
    };
    const init = {
      method: 'POST',
      headers,
      credentials: inCookie ? 'include' : 'omit',
      // What JSON leaves out is left out of the form.
      body: isLogin ? json : new URLSearchParams(JSON.parse(json)),
      signal,
      // Whoever signs out and leaves has signed out.
      keepalive: path === '/logout',
    } as const;
    try {
      // A `fetch` that is the user's own need not listen to the signal, nor its body.
      const answer = await unlessAborted(fetch(context.issuer + path, init).then(read), signal);
      // A page that was frozen meanwhile cannot tell when the answer was received.
      if (context.now() - sentAt <= exchangeTime) return answer;
    } catch {
      // Nobody answered.
    }
    return silence;
  };
}
