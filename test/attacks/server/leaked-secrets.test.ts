// Attack: read events, logs, errors and answers for what should not be in them. Marked secrets go in wherever something
// can; nothing that comes out may carry the mark.
import { inspect } from 'node:util';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { logEvents } from '../../../src/cli/create-log.ts';
import type { TallystickEvent } from '../../../src/server/index.ts';
import {
  type Answer,
  type Asked,
  expectStatus,
  issuer,
  openServer,
  type TestServer,
  type Tokens,
} from '../../server/open-server.ts';

const mark = 'CANARY';
const rootSecret = `root-${mark}-secret-of-32-characters-`;
const feedSecret = `feed-${mark}-secret-of-32-characters-`;
const password = `${mark} right password`;
const wrong = `${mark} wrong password`;

/** Everything that came out, but for the tokens that were asked for. */
interface Sinks {
  readonly events: TallystickEvent[];
  readonly log: string[];
  readonly answers: Answer[];
  /** What was handed out and must not be found anywhere else. */
  readonly issued: Tokens[];
}

const junk = { [mark]: mark, form_junk: mark };
const headers = {
  Origin: issuer,
  'Tallystick-Client': 'new',
  'X-Api-Key': mark,
  Cookie: `other=${mark}; __Host-tallystick-AAAAAAAA=tsr_${mark}`,
};

/** Every request that there is, with marks in whatever is secret and whatever is made up. */
async function sendEverything(server: TestServer, { answers, issued }: Sinks): Promise<void> {
  const ask = async (method: string, path: string, asked: Asked = {}) => {
    const answer = await server.ask(method, path, asked);
    answers.push(answer);
    return answer;
  };
  const login = (more: object = {}, asked: Asked = {}) =>
    ask('POST', '/login', { json: { username: 'ada', password, ...junk, ...more }, ...asked });
  const issue = async (answer: Answer): Promise<Tokens> => {
    if (answer.body?.access_token) issued.push(answer.body);
    return answer.body ?? { access_token: mark, refresh_token: mark };
  };

  const first = await issue(await login());
  await issue(await login({ token_delivery: 'cookie' }, { headers }));
  await login({ token_delivery: 'cookie' }, { headers: { ...headers, Origin: `https://${mark}.example` } });
  await login({ password: wrong });
  await login({ username: `nobody-${mark}`, password: wrong });
  await login({ refresh_token: `tsr_${mark}` });
  await login({ password: [wrong] });
  await login({ password: wrong, client_id: `${mark} ${mark}` });
  await ask('POST', '/login', { body: `{"password":"${wrong}`, headers: { 'Content-Type': 'application/json' } });
  await ask('POST', '/login', { body: wrong.repeat(2_000), headers: { 'Content-Type': 'application/json' } });

  const second = await issue(await ask('POST', '/token', formOf(first.refresh_token)));
  await issue(await ask('POST', '/token', formOf(first.refresh_token, { from: '198.51.100.1' })));
  await server.advance(60).catch(() => {});
  await issue(await ask('POST', '/token', formOf(second.refresh_token)));
  await server.advance(60).catch(() => {});
  await ask('POST', '/token', formOf(first.refresh_token));
  await ask('POST', '/token', formOf(`tsr_${mark}`));
  await ask('POST', '/token', formOf(first.access_token));
  await ask('POST', '/token', { form: { grant_type: mark, refresh_token: second.refresh_token } });
  await ask('POST', `/token?refresh_token=${mark}`, formOf(second.refresh_token));
  await ask('POST', '/token', { form: { grant_type: 'refresh_token' }, headers });

  const third = await issue(await login());
  const bearer = third.access_token;
  for (const [method, path] of [
    ['GET', '/me'],
    ['GET', '/devices'],
    ['GET', `/${mark}`],
    ['PUT', '/me'],
  ] as const) {
    await ask(method, `${path}?access_token=${mark}`, { bearer, headers });
    await ask(method, `${path}?token=${mark}`, { bearer, headers });
    await ask(method, path, { bearer: `${mark}.${mark}.${mark}` });
  }
  await ask('DELETE', `/devices/${mark}`, { bearer });
  await ask('PATCH', `/devices/${third.device_id}`, { bearer, json: { name: 'laptop', ...junk } });
  await ask('POST', '/password', { bearer, json: { current_password: wrong, new_password: `${mark} new password` } });
  await ask('POST', '/password', { bearer, json: { current_password: password, new_password: mark } });
  await ask('POST', '/password', { bearer, json: { current_password: password, new_password: password } });
  await ask('GET', '/revocations', { bearer: `wrong-${mark}` });
  await ask('GET', `/revocations?after=${mark}`, { bearer: feedSecret });
  await ask('POST', '/revoke', { form: { token: third.refresh_token, token_type_hint: mark } });
  await ask('POST', '/revoke', { form: { token: mark } });
  await ask('POST', '/logout', { json: { refresh_token: mark } });
  await ask('POST', '/logout', { bearer });
  for (const path of ['/healthz', '/readyz', '/.well-known/jwks.json', '/.well-known/oauth-authorization-server']) {
    await ask('GET', path, { headers });
  }
}

function formOf(refresh_token: string, asked: Asked = {}): Asked {
  return { form: { grant_type: 'refresh_token', refresh_token, ...junk }, ...asked };
}

/** Logs events as the standalone server does, so far apart that every one is told. */
function logOf(events: readonly TallystickEvent[]): string[] {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  let seconds = 0;
  const listener = logEvents(log, () => 1_000 * seconds++);
  for (const event of events) listener(event);
  return lines;
}

const sinks: Sinks = { events: [], log: [], answers: [], issued: [] };

beforeAll(async () => {
  const cleanUps: (() => void | Promise<void>)[] = [];
  const options = {
    secrets: [rootSecret],
    feedSecret,
    finally: (cleanUp: () => void | Promise<void>) => cleanUps.push(cleanUp),
  };
  const server = await openServer({ ...options, users: { ada: password } });
  await sendEverything(server, sinks);
  server.store.fail(true);
  await sendEverything(server, sinks);
  const broken = await openServer({
    ...options,
    authenticate: () => {
      throw new Error('the host’s database is away');
    },
  });
  await sendEverything(broken, sinks);
  sinks.events.push(...server.events, ...broken.events);
  sinks.log.push(...logOf(sinks.events));
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

describe('what went in as a secret', () => {
  it('went through every kind of answer', () => {
    const statuses = new Set(sinks.answers.map(({ status }) => status));
    for (const status of [200, 204, 400, 401, 403, 404, 405, 413, 503]) expect([...statuses]).toContain(status);
    const types = new Set(sinks.events.map(({ type }) => type));
    expect([...types]).toEqual(
      expect.arrayContaining([
        'session_created',
        'sign_in_failed',
        'refresh_refused',
        'refresh_replayed',
        'fault',
        'password_changed',
      ]),
    );
    expect(sinks.issued.length).toBeGreaterThan(5);
  });

  it('is in no event and no log line', () => {
    const told = inspect(sinks.events, { depth: 20, maxArrayLength: null, maxStringLength: null, showHidden: true });
    for (const text of [told, ...sinks.log]) expect(text).not.toContain(mark);
    expect(sinks.log).toHaveLength(sinks.events.length);
  });

  it('is in no answer, neither in the body nor in a header', () => {
    for (const { text, headers: found } of sinks.answers) {
      expect(text).not.toContain(mark);
      expect(inspect([...found])).not.toContain(mark);
    }
  });

  it('is in no error with its stack', () => {
    for (const { text } of sinks.answers.filter(({ status }) => status >= 400)) {
      expect(Object.keys(JSON.parse(text)).toSorted()).toEqual(['error', 'error_description']);
      expect(text).not.toMatch(/node_modules|node:|\.ts\b|\n/);
    }
  });
});

describe('a token that was handed out', () => {
  it('is in no event, no log line, and no answer but the one that hands it out', () => {
    const told = inspect(sinks.events, { depth: 20, maxArrayLength: null, maxStringLength: null }) + sinks.log.join('');
    for (const tokens of sinks.issued) {
      const secrets = [tokens.access_token, tokens.access_token.split('.')[2], tokens.refresh_token].filter(Boolean);
      for (const secret of secrets) {
        expect(told).not.toContain(secret);
        const errors = sinks.answers.filter(({ status }) => status >= 400);
        for (const { text } of errors) expect(text).not.toContain(secret);
      }
    }
    expect(told).not.toMatch(/tsr_|eyJ|\$argon2/);
  });

  it('in a cookie is in no body', () => {
    const withCookie = sinks.answers.filter(({ headers: found }) => found.getSetCookie().length > 0);
    expect(withCookie.length).toBeGreaterThan(0);
    for (const { text } of withCookie) expect(text).not.toContain('tsr_');
    expectStatus(withCookie[0] as Answer, 200);
  });
});
