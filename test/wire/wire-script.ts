/**
 * What somebody might ask a server of the demo, well and badly: every endpoint, in an order that does not depend on chance.
 * Gives the transcript of all of it.
 */
import { clientHeader, deadlineHeader } from '../../src/protocol/headers.ts';
import type { TokenPayload } from '../../src/protocol/wire.ts';
import { createProofKey } from '../dpop/proof-key.ts';
import { pause } from '../drills/honest-client.ts';
import { askRaw, type Question, type RawAnswer } from './ask-raw.ts';
import { createTranscript } from './comparable.ts';

export interface Site {
  /** Where the server listens. */
  readonly url: string;
  readonly issuer: string;
  readonly password: string;
  readonly feedSecret: string;
  /** What a confidential client shows. */
  readonly asClient: Headers;
}

type Tokens = TokenPayload & { readonly refresh_token: string };
type Form = Readonly<Record<string, string>>;
type Headers = Readonly<Record<string, string>>;

/** Asks for all of it, and gives each exchange as text. */
export async function followWireScript(site: Site): Promise<readonly string[]> {
  const write = createTranscript();
  const transcript: string[] = [];
  const ask = async (method: string, path: string, extra: Omit<Question, 'method' | 'path'> = {}) => {
    const question = { method, path, ...extra, headers: { 'User-Agent': agent, ...extra.headers } };
    const answer = await askRaw(site.url, question);
    transcript.push(write(question, answer));
    return answer;
  };
  const script = createScript(site, ask);
  await askWhatAnyoneMay(script);
  const laptop = await script.signIn({ device_name: 'Laptop', scope: 'accounts' });
  const phone = await script.signIn({ device_name: 'Phone', remember: false });
  const tablet = await script.signIn({ device_name: 'Tablet' });
  const rotated = await refreshWellAndBadly(script, laptop);
  await askWithAccess(script, phone, laptop);
  await askWithCookies(script);
  await askWithKeys(script);
  await introspect(script, { live: phone.access_token, refresh: rotated.refresh_token });
  await replay(script, laptop, rotated);
  await endSessions(script, phone, tablet);
  await askBadly(script, phone);
  return transcript;
}

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

type Ask = (method: string, path: string, extra?: Omit<Question, 'method' | 'path'>) => Promise<RawAnswer>;

interface Script {
  readonly site: Site;
  readonly ask: Ask;
  json(method: string, path: string, body: unknown, headers?: Headers): Promise<RawAnswer>;
  form(path: string, fields: Form, headers?: Headers): Promise<RawAnswer>;
  refresh(token: string, more?: Form, headers?: Headers): Promise<RawAnswer>;
  signIn(input?: Readonly<Record<string, unknown>>): Promise<Tokens>;
}

function createScript(site: Site, ask: Ask): Script {
  const json: Script['json'] = (method, path, body, headers = {}) =>
    ask(method, path, { headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const form: Script['form'] = (path, fields, headers = {}) =>
    ask('POST', path, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  return {
    site,
    ask,
    json,
    form,
    refresh: (token, more = {}, headers = {}) =>
      form('/token', { grant_type: 'refresh_token', refresh_token: token, ...more }, headers),
    signIn: async (input = {}) => {
      const { body } = await json('POST', '/login', { username: 'alice', password: site.password, ...input });
      return JSON.parse(body);
    },
  };
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

async function askWhatAnyoneMay({ ask }: Script): Promise<void> {
  for (const path of ['/healthz', '/readyz', '/.well-known/oauth-authorization-server', '/.well-known/jwks.json']) {
    await ask('GET', path);
  }
  await ask('GET', '/openapi.json');
  await ask('HEAD', '/healthz');
  await ask('GET', '/nowhere');
  await ask('GET', '/token');
}

async function refreshWellAndBadly({ refresh, form }: Script, { refresh_token }: Tokens): Promise<Tokens> {
  const rotated = JSON.parse((await refresh(refresh_token)).body);
  await refresh(refresh_token);
  await refresh(rotated.refresh_token, { scope: 'accounts payments' });
  await refresh(rotated.refresh_token, { client_id: 'another' });
  await refresh(rotated.refresh_token, {}, { [deadlineHeader]: '1' });
  await refresh(rotated.refresh_token, {}, { [deadlineHeader]: 'soon' });
  await refresh(`${rotated.refresh_token.slice(0, -2)}AA`);
  await refresh('tsr_nothing');
  await form('/token', { grant_type: 'password', username: 'alice', password: 'x' });
  await form('/token', {});
  return rotated;
}

async function askWithAccess({ ask, json }: Script, phone: Tokens, laptop: Tokens): Promise<void> {
  const headers = bearer(phone.access_token);
  await ask('GET', '/me', { headers });
  await ask('GET', '/devices', { headers });
  await json('PATCH', `/devices/${phone.device_id}`, { name: 'My phone ☎' }, headers);
  await json('PATCH', `/devices/${phone.device_id}`, { name: '' }, headers);
  await json('PATCH', '/devices/nobodys', { name: 'x' }, headers);
  await ask('DELETE', '/devices/nobodys', { headers });
  await ask('GET', '/me');
  await ask('GET', '/me', { headers: bearer(laptop.refresh_token) });
  await ask('GET', '/me', { headers: bearer(`${phone.access_token}x`) });
  await json('POST', '/password', { current_password: 'wrong', new_password: 'a longer new password' }, headers);
}

async function askWithCookies({ site, json, ask }: Script): Promise<void> {
  const page = { Origin: site.issuer, [clientHeader]: 'new' };
  const credentials = { username: 'bob', password: site.password, token_delivery: 'cookie' };
  const signedIn = await json('POST', '/login', credentials, page);
  const [cookie = ''] = signedIn.headers.flatMap(([name, value]) =>
    name.toLowerCase() === 'set-cookie' ? [value.split(';', 1)[0] ?? ''] : [],
  );
  const here = { ...page, Cookie: cookie, [clientHeader]: JSON.parse(signedIn.body).session_id };
  const body = 'grant_type=refresh_token';
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  await ask('POST', '/token', { headers: { ...type, ...here }, body });
  await ask('POST', '/token', { headers: { ...type, ...here, Origin: 'https://evil.example' }, body });
  await ask('OPTIONS', '/token', { headers: { Origin: site.issuer, 'Access-Control-Request-Method': 'POST' } });
  await ask('POST', '/logout', { headers: here });
  await ask('POST', '/token', { headers: { ...type, ...here }, body });
  await json('POST', '/login', credentials);
}

async function askWithKeys({ site, json, refresh }: Script): Promise<void> {
  const key = createProofKey();
  const proof = (path: string, url = `${site.issuer}${path}`) => ({ DPoP: key.prove({ url, now: Date.now() }) });
  const credentials = { username: 'bob', password: site.password };
  const used = proof('/login');
  const { refresh_token } = JSON.parse((await json('POST', '/login', credentials, used)).body);
  await json('POST', '/login', credentials, used);
  await json('POST', '/login', credentials, proof('', 'https://elsewhere.example/login'));
  await refresh(refresh_token);
  await refresh(refresh_token, {}, { DPoP: createProofKey().prove({ url: `${site.issuer}/token`, now: Date.now() }) });
  await refresh(refresh_token, {}, proof('/token'));
  await refresh(refresh_token, {}, { DPoP: key.prove({ url: `${site.issuer}/token`, now: 0 }) });
}

async function introspect({ site, form }: Script, tokens: { readonly live: string; readonly refresh: string }) {
  const headers = site.asClient;
  for (const token of [tokens.live, tokens.refresh, 'nonsense']) await form('/introspect', { token }, headers);
  await form('/introspect', {}, headers);
  await form('/introspect', { token: tokens.live });
  await form('/introspect', { token: tokens.live }, { Authorization: 'Basic bm9ib2R5OnNlY3JldA==' });
}

/** A stolen token and the owner's, both used: what is refused at last is written down, what comes before is waiting. */
async function replay({ site, refresh, ask }: Script, stolen: Tokens, held: Tokens): Promise<void> {
  const successor = await untilOutcome(site, held.refresh_token, 'rotate');
  await untilOutcome(site, stolen.refresh_token, undefined);
  await refresh(stolen.refresh_token);
  await refresh(successor);
  await ask('GET', '/me', { headers: bearer(held.access_token) });
}

/** Presents a token until the rule says something else than `retry`: that is how the end of a retry window can be seen. */
async function untilOutcome({ url }: Site, token: string, outcome: 'rotate' | undefined): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'User-Agent': agent };
  for (;;) {
    const answer = await askRaw(url, { method: 'POST', path: '/token', headers, body });
    const [, said] = answer.headers.find(([name]) => name.toLowerCase() === 'tallystick-refresh') ?? [];
    if (said === outcome) return JSON.parse(answer.body).refresh_token ?? '';
    // Who asks too often is held back.
    await pause(20);
  }
}

async function endSessions(script: Script, phone: Tokens, tablet: Tokens): Promise<void> {
  const { site, ask, form, json, signIn } = script;
  const headers = bearer(phone.access_token);
  const feed = bearer(site.feedSecret);
  await ask('GET', '/revocations');
  const { cursor } = JSON.parse((await ask('GET', '/revocations', { headers: feed })).body);
  await ask('DELETE', `/devices/${tablet.device_id}`, { headers });
  await form('/token', { grant_type: 'refresh_token', refresh_token: tablet.refresh_token });
  const page = await readFeedAfter(script, cursor);
  const other = await signIn({ device_name: 'Other' });
  await form('/logout', { refresh_token: other.refresh_token });
  await form('/logout', { refresh_token: other.refresh_token });
  await form('/revoke', { token: other.refresh_token });
  await form('/revoke', { token: 'nonsense' });
  const third = await signIn({ device_name: 'Third' });
  await json('PATCH', `/devices/${third.device_id}`, { signed_in: false }, headers);
  await signIn({ refresh_token: third.refresh_token });
  await ask('DELETE', '/devices', { headers });
  await signIn({ device_name: 'Last' });
  const change = { current_password: site.password, new_password: 'another good long password' };
  await json('POST', '/password', change, headers);
  await json('POST', '/login', { username: 'alice', password: site.password });
  const after = encodeURIComponent(page.cursor);
  await ask('GET', '/revocations?after=nonsense', { headers: feed });
  await ask('GET', `/revocations?after=${after}`, { headers: { ...feed, Accept: 'text/event-stream' } });
}

/** Asks the feed until it has something after `cursor`, which a server that follows it may know a moment later. */
async function readFeedAfter({ site, ask }: Script, cursor: string): Promise<{ readonly cursor: string }> {
  const path = `/revocations?after=${encodeURIComponent(cursor)}`;
  const headers = bearer(site.feedSecret);
  while (JSON.parse((await askRaw(site.url, { method: 'GET', path, headers })).body).entries.length === 0);
  return JSON.parse((await ask('GET', path, { headers })).body);
}

async function askBadly({ ask, json, form }: Script, { access_token }: Tokens): Promise<void> {
  const type = { 'Content-Type': 'application/json' };
  await json('POST', '/login', { username: 'alice', password: 'wrong' });
  await json('POST', '/login', { username: 'nobody', password: 'wrong' });
  await json('POST', '/login', { username: 'alice' });
  await json('POST', '/login', ['alice']);
  await ask('POST', '/login', { headers: type, body: '{"username":' });
  await ask('POST', '/login', { headers: type });
  await ask('POST', '/login', { headers: { 'Content-Type': 'text/plain' }, body: '{}' });
  await ask('POST', '/login', { headers: type, body: JSON.stringify({ username: 'a'.repeat(17_000) }) });
  await ask('POST', '/token?refresh_token=x', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  await json('POST', '/token', { grant_type: 'refresh_token' });
  await form('/logout', {});
  await form('/revoke', {});
  await ask('PUT', '/devices', { headers: bearer(access_token) });
  await json('PATCH', '/devices/x', { name: 1 }, bearer(access_token));
}
