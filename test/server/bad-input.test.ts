import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import {
  type Asked,
  expectError,
  expectStatus,
  openServer,
  secret,
  storeKinds,
  type TestServer,
  type Tokens,
} from './open-server.ts';

const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
const type = (contentType: string) => ({ headers: { 'Content-Type': contentType } });
const credentials = { username: 'ada', password: 'right' };

/** What a row may need of the sessions that are there. */
interface Held extends Tokens {
  /** A token that another server made, with the same root secret and another name. */
  readonly foreign: string;
}

type Row = readonly [
  what: string,
  method: string,
  path: string,
  asked: Asked | ((held: Held) => Asked),
  status: number,
  error: ErrorCode,
];

const grant = { grant_type: 'refresh_token' };

const malformed: readonly Row[] = [
  [
    'JSON that is cut off',
    'POST',
    '/login',
    { body: '{"username":"ada","pass', ...type(json) },
    400,
    'invalid_request',
  ],
  ['no body', 'POST', '/login', type(json), 400, 'invalid_request'],
  ['a JSON array', 'POST', '/login', { json: [credentials] }, 400, 'invalid_request'],
  ['a JSON string', 'POST', '/login', { json: 'ada' }, 400, 'invalid_request'],
  ['JSON null', 'POST', '/login', { json: null }, 400, 'invalid_request'],
  ['JSON nested without end', 'POST', '/login', { body: '['.repeat(8_000), ...type(json) }, 400, 'invalid_request'],
  [
    'JSON that is not UTF-8',
    'POST',
    '/login',
    { body: Uint8Array.of(123, 34, 255, 34, 58, 49, 125), ...type(json) },
    400,
    'invalid_request',
  ],
  [
    'a member twice',
    'POST',
    '/login',
    { body: '{"username":"ada","username":"bob","password":"right"}', ...type(json) },
    400,
    'invalid_request',
  ],
  [
    'a member twice, once in disguise',
    'POST',
    '/login',
    { body: '{"password":"right","username":"ada","user\\u006eame":"bob"}', ...type(json) },
    400,
    'invalid_request',
  ],
  ['a form where JSON belongs', 'POST', '/login', { form: credentials }, 415, 'unsupported_media_type'],
  [
    'JSON said to be text',
    'POST',
    '/login',
    { json: credentials, ...type('text/plain') },
    415,
    'unsupported_media_type',
  ],
  [
    'a multipart form',
    'POST',
    '/login',
    { body: '--x', ...type('multipart/form-data; boundary=x') },
    415,
    'unsupported_media_type',
  ],
  [
    'JSON where a form belongs',
    'POST',
    '/token',
    ({ refresh_token }) => ({ json: { ...grant, refresh_token } }),
    415,
    'unsupported_media_type',
  ],
  [
    'no content type',
    'POST',
    '/token',
    ({ refresh_token }) => ({
      body: new TextEncoder().encode(`grant_type=refresh_token&refresh_token=${refresh_token}`),
    }),
    415,
    'unsupported_media_type',
  ],
  ['nothing at all', 'POST', '/token', {}, 400, 'invalid_request'],
  ['nothing at all', 'POST', '/revoke', {}, 400, 'invalid_request'],
  ['nothing at all', 'POST', '/logout', {}, 400, 'invalid_request'],
  ['nothing at all', 'POST', '/login', {}, 400, 'invalid_request'],
  ['XML', 'POST', '/logout', { body: '<out/>', ...type('application/xml') }, 415, 'unsupported_media_type'],
];

const fields: readonly Row[] = [
  ['no user name', 'POST', '/login', { json: { password: 'right' } }, 400, 'invalid_request'],
  ['an empty user name', 'POST', '/login', { json: { ...credentials, username: '' } }, 400, 'invalid_request'],
  ['a user name that is a number', 'POST', '/login', { json: { ...credentials, username: 7 } }, 400, 'invalid_request'],
  [
    'a user name that is an object',
    'POST',
    '/login',
    { json: { ...credentials, username: { $ne: '' } } },
    400,
    'invalid_request',
  ],
  [
    'a user name of 129 characters',
    'POST',
    '/login',
    { json: { ...credentials, username: 'a'.repeat(129) } },
    400,
    'invalid_request',
  ],
  ['no password', 'POST', '/login', { json: { username: 'ada' } }, 400, 'invalid_request'],
  ['a password that is true', 'POST', '/login', { json: { ...credentials, password: true } }, 400, 'invalid_request'],
  [
    'a password of 1025 bytes',
    'POST',
    '/login',
    { json: { ...credentials, password: `${'ü'.repeat(512)}x` } },
    400,
    'invalid_request',
  ],
  [
    'a device name of 65 characters',
    'POST',
    '/login',
    { json: { ...credentials, device_name: 'x'.repeat(65) } },
    400,
    'invalid_request',
  ],
  [
    'a device name with a line break',
    'POST',
    '/login',
    { json: { ...credentials, device_name: 'a\nb' } },
    400,
    'invalid_request',
  ],
  [
    'a device name that turns the line round',
    'POST',
    '/login',
    { json: { ...credentials, device_name: 'a\u202eb' } },
    400,
    'invalid_request',
  ],
  [
    'a client id with a space',
    'POST',
    '/login',
    { json: { ...credentials, client_id: 'a b' } },
    400,
    'invalid_request',
  ],
  [
    'a client id of 129 characters',
    'POST',
    '/login',
    { json: { ...credentials, client_id: 'a'.repeat(129) } },
    400,
    'invalid_request',
  ],
  ['a scope with two spaces', 'POST', '/login', { json: { ...credentials, scope: 'a  b' } }, 400, 'invalid_scope'],
  ['a scope with a quote', 'POST', '/login', { json: { ...credentials, scope: 'a"b' } }, 400, 'invalid_scope'],
  [
    'a scope of 1001 characters',
    'POST',
    '/login',
    { json: { ...credentials, scope: 'a'.repeat(1_001) } },
    400,
    'invalid_scope',
  ],
  ['remember as a text', 'POST', '/login', { json: { ...credentials, remember: 'false' } }, 400, 'invalid_request'],
  ['another delivery', 'POST', '/login', { json: { ...credentials, token_delivery: 'url' } }, 400, 'invalid_request'],
  ['no grant type', 'POST', '/token', ({ refresh_token }) => ({ form: { refresh_token } }), 400, 'invalid_request'],
  [
    'an empty grant type',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { grant_type: '', refresh_token } }),
    400,
    'invalid_request',
  ],
  [
    'grant type password',
    'POST',
    '/token',
    { form: { grant_type: 'password', ...credentials } },
    400,
    'unsupported_grant_type',
  ],
  [
    'grant type authorization_code',
    'POST',
    '/token',
    { form: { grant_type: 'authorization_code', code: 'x' } },
    400,
    'unsupported_grant_type',
  ],
  [
    'grant type client_credentials',
    'POST',
    '/token',
    { form: { grant_type: 'client_credentials' } },
    400,
    'unsupported_grant_type',
  ],
  ['no refresh token', 'POST', '/token', { form: grant }, 400, 'invalid_request'],
  ['an empty refresh token', 'POST', '/token', { form: { ...grant, refresh_token: '' } }, 400, 'invalid_request'],
  [
    'the grant type twice',
    'POST',
    '/token',
    ({ refresh_token }) => ({
      form: [...Object.entries(grant), ...Object.entries(grant), ['refresh_token', refresh_token]],
    }),
    400,
    'invalid_request',
  ],
  [
    'the refresh token twice',
    'POST',
    '/token',
    ({ refresh_token }) => ({
      form: [...Object.entries(grant), ['refresh_token', refresh_token], ['refresh_token', refresh_token]],
    }),
    400,
    'invalid_request',
  ],
  [
    'an unknown parameter twice',
    'POST',
    '/token',
    ({ refresh_token }) => ({
      form: [...Object.entries(grant), ['refresh_token', refresh_token], ['x', '1'], ['x', '2']],
    }),
    400,
    'invalid_request',
  ],
  [
    'a refresh token in the URL',
    'POST',
    '/token?refresh_token=x',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token } }),
    400,
    'invalid_request',
  ],
  [
    'a scope that was not granted',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token, scope: 'a admin' } }),
    400,
    'invalid_scope',
  ],
  [
    'a malformed scope',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token, scope: 'a\\b' } }),
    400,
    'invalid_scope',
  ],
  [
    'a deadline that is no time',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token }, headers: { 'Tallystick-Deadline': 'soon' } }),
    400,
    'invalid_request',
  ],
  [
    'a change that changes nothing',
    'PATCH',
    '/devices/x',
    ({ access_token }) => ({ json: {}, bearer: access_token }),
    400,
    'invalid_request',
  ],
  [
    'a device signed in from here',
    'PATCH',
    '/devices/x',
    ({ access_token }) => ({ json: { signed_in: true }, bearer: access_token }),
    400,
    'invalid_request',
  ],
  [
    'an empty device name',
    'PATCH',
    '/devices/x',
    ({ access_token }) => ({ json: { name: '' }, bearer: access_token }),
    400,
    'invalid_request',
  ],
  ['no token to revoke', 'POST', '/revoke', { form: { token_type_hint: 'refresh_token' } }, 400, 'invalid_request'],
];

const tokens: readonly Row[] = [
  [
    'a made-up refresh token',
    'POST',
    '/token',
    { form: { ...grant, refresh_token: 'tsr_made-up' } },
    400,
    'invalid_grant',
  ],
  [
    'a refresh token that lost its end',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token: refresh_token.slice(0, -3) } }),
    400,
    'invalid_grant',
  ],
  [
    'a refresh token with more at its end',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token: `${refresh_token}A` } }),
    400,
    'invalid_grant',
  ],
  [
    'a refresh token without its prefix',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token: refresh_token.slice(4) } }),
    400,
    'invalid_grant',
  ],
  [
    'a refresh token in other letters',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token: refresh_token.toUpperCase() } }),
    400,
    'invalid_grant',
  ],
  [
    'a refresh token with a space before it',
    'POST',
    '/token',
    ({ refresh_token }) => ({ form: { ...grant, refresh_token: ` ${refresh_token}` } }),
    400,
    'invalid_grant',
  ],
  [
    'the refresh token of another server',
    'POST',
    '/token',
    ({ foreign }) => ({ form: { ...grant, refresh_token: foreign } }),
    400,
    'invalid_grant',
  ],
  [
    'an access token where a refresh token belongs',
    'POST',
    '/token',
    ({ access_token }) => ({ form: { ...grant, refresh_token: access_token } }),
    400,
    'invalid_grant',
  ],
  [
    'a refresh token where an access token belongs',
    'GET',
    '/me',
    ({ refresh_token }) => ({ bearer: refresh_token }),
    401,
    'invalid_token',
  ],
  [
    'a refresh token before the devices',
    'DELETE',
    '/devices',
    ({ refresh_token }) => ({ bearer: refresh_token }),
    401,
    'invalid_token',
  ],
  [
    'an access token that lost its end',
    'GET',
    '/me',
    ({ access_token }) => ({ bearer: access_token.slice(0, -2) }),
    401,
    'invalid_token',
  ],
  [
    'an access token without its signature',
    'GET',
    '/me',
    ({ access_token }) => ({ bearer: access_token.replace(/[^.]+$/, '') }),
    401,
    'invalid_token',
  ],
  ['something else altogether', 'GET', '/me', { bearer: 'x' }, 401, 'invalid_token'],
  ['an access token in the address', 'GET', '/me?access_token=x', {}, 400, 'invalid_request'],
  [
    'an access token in the address beside one in the header',
    'DELETE',
    '/devices?access_token=',
    ({ access_token }) => ({ bearer: access_token }),
    400,
    'invalid_request',
  ],
  [
    'a made-up token on signing out',
    'POST',
    '/logout',
    { form: { refresh_token: 'tsr_made-up' } },
    400,
    'invalid_grant',
  ],
  [
    'the refresh token of another server on signing out',
    'POST',
    '/logout',
    ({ foreign }) => ({ form: { refresh_token: foreign } }),
    400,
    'invalid_grant',
  ],
];

const places: readonly Row[] = [
  ['a path that is not there', 'GET', '/nothing', {}, 404, 'not_found'],
  ['the root', 'GET', '/', {}, 404, 'not_found'],
  ['a path below another', 'GET', '/me/too', {}, 404, 'not_found'],
  ['a path in other letters', 'GET', '/ME', {}, 404, 'not_found'],
  ['a path that climbs', 'GET', '/devices/../../etc/passwd', {}, 404, 'not_found'],
  ['the feed, where there is no secret', 'GET', '/revocations', { bearer: 'x'.repeat(32) }, 404, 'not_found'],
  ['GET where POST belongs', 'GET', '/token', {}, 405, 'method_not_allowed'],
  [
    'GET with a token in the URL',
    'GET',
    '/token?grant_type=refresh_token&refresh_token=x',
    {},
    405,
    'method_not_allowed',
  ],
  ['PUT', 'PUT', '/login', { json: credentials }, 405, 'method_not_allowed'],
  ['DELETE', 'DELETE', '/me', {}, 405, 'method_not_allowed'],
  ['POST where GET belongs', 'POST', '/devices', { json: {} }, 405, 'method_not_allowed'],
  ['PATCH on the list', 'PATCH', '/devices', { json: {} }, 405, 'method_not_allowed'],
  ['GET on one device', 'GET', '/devices/x', {}, 405, 'method_not_allowed'],
  ['POST to the key set', 'POST', '/.well-known/jwks.json', {}, 405, 'method_not_allowed'],
];

describe.each(storeKinds)('bad input, on the %s store', (kind) => {
  let server: TestServer;
  let held: Held;
  beforeAll(async () => {
    const stranger = await openServer({ issuer: 'https://other.example', secrets: [secret], finally: afterAll });
    const { refresh_token: foreign } = await stranger.login();
    server = await openServer({ kind, finally: afterAll });
    held = { ...(await server.login({ scope: 'a b' })), foreign };
  });

  /** Everything that the store holds of the user whose session it is. */
  const snapshot = async () => {
    const [session] = await server.store.findSessions([held.session_id]);
    const subject = await server.auth.listDevices('id-of-ada');
    const { entries } = await server.store.readRevocations(undefined);
    return {
      session,
      subject,
      entries,
      keys: await server.store.updateSigningKeys((keys) => ({ result: keys })),
      writes: server.store.writes.length,
    };
  };

  describe.each([
    ['is malformed', malformed],
    ['has the wrong fields', fields],
    ['has the wrong token', tokens],
    ['goes to the wrong place', places],
  ] as const)('that %s', (_kind, rows) => {
    it.each(rows)('%s is refused, and nothing is written', async (_what, method, path, asked, status, error) => {
      const before = await snapshot();
      const input = typeof asked === 'function' ? asked(held) : asked;
      const answer = expectError(await server.ask(method, path, input), status, error);
      expect(answer.text).not.toMatch(/tsr_|eyJ|right|node_modules|\.ts:| at /);
      if (status === 405) expect(answer.headers.get('allow')).toMatch(/^(GET|POST|PATCH|DELETE)(, (PATCH|DELETE))*$/);
      expect(await snapshot()).toEqual(before);
    });
  });
});

it.each<[string, string, Asked, string]>([
  ['POST', '/login', { json: { password: 'right' } }, 'username: is missing'],
  ['POST', '/login', { json: { username: '', password: 'right' } }, 'username: is missing'],
  ['POST', '/login', { json: { username: 1, password: 'right' } }, 'username: must be a string'],
  ['POST', '/login', { json: { username: null, password: 'right' } }, 'username: must be a string'],
  ['POST', '/login', { json: { username: 'ada', password: ['right'] } }, 'password: must be a string'],
  ['POST', '/login', { json: { ...credentials, device_name: {} } }, 'device_name: must be a string'],
  ['POST', '/token', { form: {} }, 'grant_type: is missing'],
  ['POST', '/revoke', { form: {} }, 'token: is missing'],
  ['PATCH', '/devices/x', { json: { name: '' } }, 'name or signed_in: is missing or empty'],
])('what is wrong with a member of %s %s with %j is said: %s', async (method, path, asked, description) => {
  const server = await openServer();
  const { access_token } = await server.login();
  const answer = await server.ask(method, path, { bearer: access_token, ...asked });
  expect(expectError(answer, 400, 'invalid_request').body.error_description).toBe(description);
});

describe('input that is just good enough', () => {
  const padded = (length: number) => {
    const start = '{"username":"ada","password":"right","x":"';
    return `${start}${'x'.repeat(length - start.length - 2)}"}`;
  };

  it.each([
    ['JSON', 'POST', '/login', json, padded],
    ['a change', 'PATCH', '/devices/x', json, padded],
    ['of no use', 'DELETE', '/devices/x', json, padded],
    ['a form', 'POST', '/token', form, (length: number) => `grant_type=refresh_token&x=${'x'.repeat(length - 27)}`],
  ])('is %s of 16 KB, and not a byte more', async (_kind, method, path, contentType, make) => {
    const server = await openServer();
    for (const headers of [{}, { 'Content-Length': '16384' }]) {
      const body = make(16_384);
      expect(body).toHaveLength(16_384);
      const asked = { body, headers: { ...headers, 'Content-Type': contentType } };
      expect((await server.ask(method, path, asked)).status).not.toBe(413);
    }
    for (const headers of [{}, { 'Content-Length': '16385' }]) {
      const asked = { body: make(16_385), headers: { ...headers, 'Content-Type': contentType } };
      expectError(await server.ask(method, path, asked), 413, 'payload_too_large');
    }
  });

  it('says its type with parameters, in any case', async () => {
    const server = await openServer();
    const asked = { json: credentials, headers: { 'Content-Type': 'Application/JSON; Charset=UTF-8' } };
    expectStatus(await server.ask('POST', '/login', asked), 200);
  });

  it('leaves out what is empty and adds what nobody knows', async () => {
    const server = await openServer();
    const tokens = await server.login({ scope: '', client_id: '', device_name: '', refresh_token: '', newer: [1] });
    expect(tokens).not.toHaveProperty('scope');
    const more = { scope: '', client_id: '', newer: 'x' };
    expectStatus(await server.refresh(tokens.refresh_token, { form: more }), 200);
  });

  it('is as long as may be', async () => {
    const server = await openServer({ authenticate: () => ({ authenticated: true, subject: 's'.repeat(255) }) });
    const tokens = await server.login({
      username: 'u'.repeat(128),
      password: 'ü'.repeat(512),
      device_name: 'd'.repeat(64),
      client_id: 'c'.repeat(128),
      scope: 's'.repeat(1_000),
    });
    expect(tokens.access_token.length).toBeLessThan(4_096);
    expectStatus(await server.me(tokens.access_token), 200);
  });
});
