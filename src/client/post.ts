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

export interface PostInit {
  /** The session whose cookie is meant; the server's `new` where there is none. */
  readonly sessionId?: string | undefined;
  readonly body: Readonly<Record<string, string | boolean | undefined>>;
  readonly signal?: AbortSignal;
  /** Whether the request may outlive the page. */
  readonly keepalive?: boolean;
}

/** Posts JSON to `/login`, a form to the others. Members that are `undefined` are left out. */
export type Post = (path: '/login' | '/token' | '/logout', init: PostInit) => Promise<Answer>;

const silence: Answer = { status: 0, body: {}, retryAfter: 0, serverTime: undefined };

export function createPost({ fetch, clock, setTimer }: Environment, { issuer, delivery }: Settings): Post {
  // How far the server's clock is ahead of `clock`; only as long as neither slept nor was set.
  let known: { readonly ahead: number; readonly unseen: number } | undefined;

  function deadline(): Record<string, string> {
    const sent = clock.now();
    if (!known || known.unseen !== clock.unseen()) return {};
    return { [deadlineHeader]: String(Math.floor(sent + known.ahead + exchangeTime)) };
  }

  function requestFor(path: string, { sessionId = 'new', body, keepalive = false }: PostInit): RequestInit {
    const inCookie = delivery === 'cookie';
    const isJson = path === '/login';
    return {
      method: 'POST',
      headers: {
        ...(inCookie && { [clientHeader]: sessionId }),
        ...(isJson && { 'Content-Type': 'application/json' }),
        ...(path === '/token' && deadline()),
      },
      credentials: inCookie ? 'include' : 'omit',
      body: isJson ? JSON.stringify(body) : formOf(body),
      keepalive,
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

  return async (path, init) => {
    const giveUp = new AbortController();
    const abort = (): void => giveUp.abort();
    const cancel = setTimer(abort, exchangeTime);
    init.signal?.addEventListener('abort', abort);
    const sentAt = clock.now();
    try {
      const sent = fetch(issuer + path, { ...requestFor(path, init), signal: giveUp.signal });
      const answer = await Promise.race([sent.then(read), aborted(giveUp.signal)]);
      // A page that was frozen meanwhile cannot tell when the answer was received.
      return clock.now() - sentAt > exchangeTime ? silence : answer;
    } catch {
      return silence;
    } finally {
      cancel();
      init.signal?.removeEventListener('abort', abort);
    }
  };
}

function formOf(body: PostInit['body']): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) if (value !== undefined) form.set(name, `${value}`);
  return form;
}

/** Even a `fetch` that does not listen to its signal holds nobody up. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', reject);
  });
}
