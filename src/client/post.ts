/**
 * One request to the server's own endpoints, bounded in time, and what came of it as a value. It repeats nothing and decides
 * nothing.
 */
import type {
  clientHeader as ClientHeader,
  deadlineHeader as DeadlineHeader,
  timeHeader as TimeHeader,
} from '../protocol/headers.ts';
import type { ErrorResponse, TokenPayload } from '../protocol/wire.ts';
import type { Environment } from './environment.ts';
import type { Settings } from './options.ts';

const clientHeader: typeof ClientHeader = 'Tallystick-Client';
const deadlineHeader: typeof DeadlineHeader = 'Tallystick-Deadline';
const timeHeader: typeof TimeHeader = 'Tallystick-Time';

/** How long an exchange takes at most, in milliseconds: a third of the server's retry window. */
export const exchangeTime = 10_000;

export interface Answer {
  /** 0: the network failed, nothing came in time, or it came too late to be counted from. */
  readonly status: number;
  /** Empty where the body is not JSON. */
  readonly body: Partial<TokenPayload & ErrorResponse>;
  /** How long the server asks to be left alone, in milliseconds; 0 where it does not say. A date is not understood. */
  readonly retryAfter: number;
  /** What the server's clock showed, in milliseconds, if it said. */
  readonly serverTime: number | undefined;
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

const silence: Answer = { status: 0, body: {}, retryAfter: 0, serverTime: undefined };

export function createPost({ fetch, clock, setTimer }: Environment, { issuer, delivery }: Settings): Post {
  const inCookie = delivery === 'cookie';
  // How far the server's clock is ahead of `clock`; only as long as neither slept nor was set.
  let known: { readonly ahead: number; readonly unseen: number } | undefined;

  function headersFor(path: string, sessionId: string, now: number): Record<string, string> {
    return {
      ...(inCookie && { [clientHeader]: sessionId }),
      ...(path === '/login' && { 'Content-Type': 'application/json' }),
      ...(path === '/token' &&
        known?.unseen === clock.unseen() && { [deadlineHeader]: `${Math.floor(now + known.ahead + exchangeTime)}` }),
    };
  }

  async function read(response: Response): Promise<Answer> {
    const { status, headers } = response;
    const body: Answer['body'] = (await response.json().catch(() => null)) ?? {};
    const serverTime = Number(headers.get(timeHeader)) || undefined;
    // What was learnt earlier may be why there is no better answer.
    known = serverTime === undefined ? undefined : { ahead: serverTime - clock.now(), unseen: clock.unseen() };
    return { status, body, retryAfter: Number(headers.get('Retry-After')) * 1000 || 0, serverTime };
  }

  return async (path, sessionId = 'new', body, signal) => {
    const giveUp = new AbortController();
    const abort = (): void => giveUp.abort();
    const cancel = setTimer(abort, exchangeTime);
    signal?.addEventListener('abort', abort);
    const sentAt = clock.now();
    try {
      const sent = fetch(issuer + path, {
        method: 'POST',
        headers: headersFor(path, sessionId, sentAt),
        credentials: inCookie ? 'include' : 'omit',
        body: path === '/login' ? JSON.stringify(body) : formOf(body),
        signal: giveUp.signal,
        // Whoever signs out and leaves has signed out.
        keepalive: path === '/logout',
      });
      const answer = await Promise.race([sent.then(read), aborted(giveUp.signal)]);
      // A page that was frozen meanwhile cannot tell when the answer was received.
      return clock.now() - sentAt > exchangeTime ? silence : answer;
    } catch {
      return silence;
    } finally {
      cancel();
      signal?.removeEventListener('abort', abort);
    }
  };
}

/** Even a `fetch` that does not listen to its signal holds nobody up. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', reject);
  });
}

function formOf(body: PostBody): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) if (value !== undefined) form.set(name, `${value}`);
  return form;
}
