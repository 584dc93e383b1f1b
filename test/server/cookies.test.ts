import { describe, expect, it } from 'vitest';
import type { ServerOptions, TestServer } from './open-server.ts';
import { type Answer, type Asked, expectError, expectStatus, issuer, openServer, storeKinds } from './open-server.ts';

/** A browser, as far as cookies go: keeps what it is told to and sends what it has. Gives no page access to anything. */
class Browser {
  readonly jar = new Map<string, string>();
  readonly server: TestServer;
  readonly origin: string;

  constructor(server: TestServer, origin: string = issuer) {
    this.server = server;
    this.origin = origin;
  }

  async ask(method: string, path: string, session: string, asked: Asked = {}): Promise<Answer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const own = { Origin: this.origin, 'Tallystick-Client': session, ...(cookie === '' ? {} : { Cookie: cookie }) };
    const answer = await this.server.ask(method, path, { ...asked, headers: { ...own, ...asked.headers } });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  async signIn(more: object = {}, session = 'new') {
    const json = { username: 'ada', password: 'right', token_delivery: 'cookie', ...more };
    return expectStatus(await this.ask('POST', '/login', session, { json }), 200);
  }

  refresh(session: string, asked: Asked = {}): Promise<Answer> {
    return this.ask('POST', '/token', session, { form: { grant_type: 'refresh_token' }, ...asked });
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0(;|$)/i.test(line)) this.jar.delete(name);
    else this.jar.set(name, value);
  }
}

const openBrowser = async (options?: ServerOptions, origin?: string) => new Browser(await openServer(options), origin);

/** A `Set-Cookie` value in its parts, the name first, attributes sorted. */
function partsOf(line: string | undefined): readonly string[] {
  const [pair = '', ...attributes] = (line ?? '').split('; ');
  return [pair.split('=', 1)[0] ?? '', ...attributes.toSorted()];
}

describe.each(storeKinds)('the refresh cookie, on the %s store', (kind) => {
  it('carries the refresh token, which is then not in the body', async () => {
    const browser = await openBrowser({ kind });
    const { body, headers, text } = await browser.signIn();
    const [line, ...more] = headers.getSetCookie();
    expect(more).toEqual([]);
    expect(body).not.toHaveProperty('refresh_token');
    expect(text).not.toContain('tsr_');
    expect(partsOf(line)).toEqual([
      `__Host-tallystick-${body.session_id.slice(-8)}`,
      'HttpOnly',
      `Max-Age=${30 * 86_400}`,
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    expect([...browser.jar.values()][0]).toMatch(/^tsr_/);
  });

  it('refreshes the session that the page names, again and again', async () => {
    const browser = await openBrowser({ kind });
    const { session_id } = (await browser.signIn()).body;
    const seen = new Set(browser.jar.values());
    for (let round = 0; round < 3; round += 1) {
      await browser.server.advance(60);
      const { body } = expectStatus(await browser.refresh(session_id), 200);
      expect(body).not.toHaveProperty('refresh_token');
      expect(body.session_id).toBe(session_id);
      seen.add([...browser.jar.values()][0] ?? '');
    }
    expect(seen.size).toBe(4);
  });

  it('ends with the session on signing out', async () => {
    const browser = await openBrowser({ kind });
    const { session_id } = (await browser.signIn()).body;
    const stolen = [...browser.jar.values()][0] ?? '';
    const answer = expectStatus(await browser.ask('POST', '/logout', session_id), 204);
    expect(partsOf(answer.headers.getSetCookie()[0])).toEqual([
      `__Host-tallystick-${session_id.slice(-8)}`,
      'HttpOnly',
      'Max-Age=0',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    expect(browser.jar.size).toBe(0);
    expectError(await browser.server.refresh(stolen), 400, 'invalid_grant');
    expectStatus(await browser.ask('POST', '/logout', session_id), 204);
  });

  it('is taken for the device it belongs to at the next sign-in, and replaced', async () => {
    const browser = await openBrowser({ kind });
    const first = (await browser.signIn()).body;
    const second = (await browser.signIn()).body;
    expect(second.device_id).toBe(first.device_id);
    expect([...browser.jar.keys()]).toEqual([`__Host-tallystick-${second.session_id.slice(-8)}`]);
    expectError(await browser.server.me(first.access_token), 401, 'invalid_token');
  });

  it('of another user ends with the session of that user when somebody else signs in', async () => {
    const browser = await openBrowser({ kind });
    const ada = (await browser.signIn()).body;
    const bob = (await browser.signIn({ username: 'bob' })).body;
    expect(bob.device_id).not.toBe(ada.device_id);
    expectError(await browser.server.me(ada.access_token), 401, 'invalid_token');
    expect([...browser.jar.keys()]).toEqual([`__Host-tallystick-${bob.session_id.slice(-8)}`]);
  });
});

describe('the refresh cookie', () => {
  it('ends with the browser where the user does not want to be remembered', async () => {
    const browser = await openBrowser();
    const { headers, body } = await browser.signIn({ remember: false });
    expect(partsOf(headers.getSetCookie()[0])).not.toContainEqual(expect.stringMatching(/Max-Age|Expires/i));
    await browser.server.advance(60);
    const later = await browser.refresh(body.session_id);
    expect(partsOf(later.headers.getSetCookie()[0])).not.toContainEqual(expect.stringMatching(/Max-Age|Expires/i));
  });

  it('lives no longer than browsers let it, and no longer than the session', async () => {
    const endless = await openBrowser({ inactivityTimeoutSeconds: 0, absoluteLifetimeSeconds: 0 });
    expect(partsOf((await endless.signIn()).headers.getSetCookie()[0])).toContain(`Max-Age=${400 * 86_400}`);
    const short = await openBrowser({ absoluteLifetimeSeconds: 3_600 });
    expect(partsOf((await short.signIn()).headers.getSetCookie()[0])).toContain('Max-Age=3600');
  });

  it('has a form of its own on plain http, which is for loopback alone', async () => {
    const loopback = 'http://localhost:8080';
    const browser = await openBrowser({ issuer: loopback }, loopback);
    const { headers, body } = await browser.signIn();
    expect(partsOf(headers.getSetCookie()[0])).toEqual([
      `tallystick-8080-${body.session_id.slice(-8)}`,
      'HttpOnly',
      `Max-Age=${30 * 86_400}`,
      'Path=/',
      'SameSite=Strict',
    ]);
    expectStatus(await browser.refresh(body.session_id), 200);
  });

  it('of one session is not touched by a late answer for another', async () => {
    const browser = await openBrowser();
    const old = (await browser.signIn()).body;
    const lateAnswer = await browser.server.ask('POST', '/token', {
      form: { grant_type: 'refresh_token' },
      headers: {
        Origin: issuer,
        'Tallystick-Client': old.session_id,
        Cookie: [...browser.jar].map((pair) => pair.join('=')).join('; '),
      },
    });
    const fresh = (await browser.signIn()).body;
    const before = browser.jar.get(`__Host-tallystick-${fresh.session_id.slice(-8)}`);
    expect(lateAnswer.headers.getSetCookie()[0]).not.toContain(fresh.session_id.slice(-8));
    expect(browser.jar.get(`__Host-tallystick-${fresh.session_id.slice(-8)}`)).toBe(before);
  });

  it('of several sessions is that of the session which the page names', async () => {
    const browser = await openBrowser();
    const first = (await browser.signIn()).body;
    const kept = new Map(browser.jar);
    browser.jar.clear();
    const second = (await browser.signIn({ username: 'bob' })).body;
    for (const [name, value] of kept) browser.jar.set(name, value);
    await browser.server.advance(60);
    expect((await browser.refresh(first.session_id)).body.session_id).toBe(first.session_id);
    expect((await browser.refresh(second.session_id)).body.session_id).toBe(second.session_id);
  });

  it('is not there for a session whose cookie is gone', async () => {
    const browser = await openBrowser();
    const { session_id } = (await browser.signIn()).body;
    browser.jar.clear();
    expectError(await browser.refresh(session_id), 400, 'invalid_grant');
    expectError(await browser.refresh('new'), 400, 'invalid_request');
  });

  it('is removed on signing out even where its token is not genuine', async () => {
    const browser = await openBrowser();
    const { session_id } = (await browser.signIn()).body;
    browser.jar.set(`__Host-tallystick-${session_id.slice(-8)}`, 'tsr_AAAA');
    expectStatus(await browser.ask('POST', '/logout', session_id), 204);
    expect(browser.jar.size).toBe(0);
  });

  it('is for every allowed origin', async () => {
    const page = 'https://app.example';
    const browser = await openBrowser({ allowedOrigins: [page] }, page);
    const { session_id } = (await browser.signIn()).body;
    expectStatus(await browser.refresh(session_id), 200);
  });
});
