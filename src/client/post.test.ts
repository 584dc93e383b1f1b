import { beforeEach, describe, expect, it } from 'vitest';
import { createContext } from './context.ts';
import type { Environment } from './environment.ts';
import { createHistory } from './history.ts';
import { createPost, type Post } from './post.ts';

const issuer = 'https://auth.example';

describe('createPost', () => {
  const clock = { time: 1000, slept: 0 };
  let sent: Request[];
  let timers: (() => void)[];
  let answer: () => Promise<Response>;

  beforeEach(() => {
    Object.assign(clock, { time: 1000, slept: 0 });
    sent = [];
    timers = [];
    answer = async () => Response.json({ ok: true }, { headers: { 'Tallystick-Time': '5000000' } });
  });

  function openPost(delivery: 'cookie' | 'body' = 'cookie'): Post {
    const environment = {
      now: () => clock.time + clock.slept,
      unseen: () => clock.slept,
      random: () => 0.5,
      fetch: (input: RequestInfo | URL, init?: RequestInit) => {
        sent.push(new Request(input, init));
        return answer();
      },
      timeout: () => {
        const giveUp = new AbortController();
        timers.push(() => giveUp.abort());
        return giveUp.signal;
      },
    } as unknown as Environment;
    return createPost(createContext(environment, { issuer, delivery }, createHistory(Date.now)));
  }

  function deadlines(): (string | null | undefined)[] {
    return sent.map(({ headers }) => headers.get('Tallystick-Deadline'));
  }

  it('names the session whose cookie is meant, or says that there is none yet', async () => {
    const post = openPost();
    await post('/login', undefined, { username: 'alice', remember: false, scope: undefined });
    await post('/token', 's1', { grant_type: 'refresh_token', client_id: undefined });
    expect(sent.map(({ headers }) => headers.get('Tallystick-Client'))).toEqual(['new', 's1']);
    expect(sent.map(({ credentials }) => credentials)).toEqual(['include', 'include']);
    expect(await sent[0]?.json()).toEqual({ username: 'alice', remember: false });
    expect(await sent[1]?.text()).toBe('grant_type=refresh_token');
  });

  it('lets a sign-out outlive its page, and nothing else', async () => {
    const post = openPost();
    for (const path of ['/login', '/token', '/logout'] as const) await post(path, 's1', {});
    expect(sent.map(({ keepalive }) => keepalive)).toEqual([false, false, true]);
  });

  it('sends no cookie with delivery in the body', async () => {
    await openPost('body')('/token', 's1', { refresh_token: 'r' });
    expect(sent[0]?.headers.has('Tallystick-Client')).toBe(false);
    expect(sent[0]?.credentials).toBe('omit');
  });

  it("says when it gives up, by the server's clock, as soon as it knows that", async () => {
    const post = openPost();
    await post('/token', 's1', {});
    clock.time += 2000;
    await post('/token', 's1', {});
    expect(deadlines()).toEqual([null, '5012000']);
  });

  it('says nothing of the kind once a clock was set or the machine slept', async () => {
    const post = openPost();
    await post('/token', 's1', {});
    clock.slept += 3_600_000;
    await post('/token', 's1', {});
    expect(deadlines()).toEqual([null, null]);
  });

  it("forgets the server's clock where an answer does not show it", async () => {
    const post = openPost();
    await post('/token', 's1', {});
    answer = async () => new Response(null, { status: 503 });
    await post('/token', 's1', {});
    await post('/token', 's1', {});
    expect(deadlines()).toEqual([null, '5010000', null]);
  });

  it("remembers the server's clock where nobody answers", async () => {
    const post = openPost();
    await post('/token', 's1', {});
    answer = () => Promise.reject(new TypeError('network'));
    expect(await post('/token', 's1', {})).toMatchObject({ status: 0 });
    await post('/token', 's1', {});
    expect(deadlines()).toEqual([null, '5010000', '5010000']);
  });

  it.each(['in time', 'when told to'])('gives up %s', async (when) => {
    const giveUp = new AbortController();
    answer = () => {
      const { promise, reject } = Promise.withResolvers<Response>();
      sent[0]?.signal.addEventListener('abort', reject);
      return promise;
    };
    const answered = openPost()('/token', 's1', {}, giveUp.signal);
    for (const ring of when === 'in time' ? timers : [() => giveUp.abort()]) ring();
    expect(await answered).toEqual({ status: 0, body: {}, retryAfter: 0 });
  });

  it.each<[string, () => Promise<Response>]>([
    ['that never settles', () => new Promise(() => undefined)],
    ['whose body never ends', async () => new Response(new ReadableStream())],
  ])('gives up in time on a `fetch` of the user %s and listens to no signal', async (_, hang) => {
    answer = hang;
    const answered = openPost()('/token', 's1', {});
    await new Promise((resolve) => setImmediate(resolve));
    for (const ring of timers) ring();
    expect(await answered).toEqual({ status: 0, body: {}, retryAfter: 0 });
  });

  it('reads the session that the answer tells of', async () => {
    const payload = { access_token: 'a', sub: 'alice', session_id: 's1', expires_in: 60 };
    answer = async () => Response.json(payload);
    expect(await openPost()('/token', 's1', {})).toMatchObject({
      status: 200,
      session: { facts: { subject: 'alice' }, receivedAt: 1000, refreshAfter: 30_000 },
    });
  });

  it('takes an answer that came too late for none', async () => {
    answer = async () => {
      clock.time += 10_001;
      return Response.json({ ok: true });
    };
    expect(await openPost()('/token', 's1', {})).toMatchObject({ status: 0 });
  });

  it('reads what the server asks for, and takes a body that is not JSON for an empty one', async () => {
    answer = async () => new Response('<html>', { status: 503, headers: { 'Retry-After': '7' } });
    expect(await openPost()('/token', 's1', {})).toMatchObject({ status: 503, body: {}, retryAfter: 7000 });
    answer = async () => new Response('null', { headers: { 'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT' } });
    expect(await openPost()('/token', 's1', {})).toMatchObject({ status: 200, body: {}, retryAfter: 0 });
  });
});
