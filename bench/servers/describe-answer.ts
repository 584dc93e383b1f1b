/**
 * What a server answers to one request of a load, in words: that the systems do the same work is to be seen.
 */
import type { Load } from '../load/run-load.ts';

interface TokenAnswer {
  readonly access_token?: string;
  readonly token?: string;
  readonly refresh_token?: string;
}

/** The JWT's algorithm and lifetime, and whether the refresh token was replaced and the old one is refused. */
export async function describeAnswer(load: Load): Promise<string> {
  const [value = ''] = load.values;
  const answer = (await (await ask(load, value)).json()) as TokenAnswer;
  const jwt = describeJwt(answer.access_token ?? answer.token ?? '');
  if (answer.refresh_token === undefined) return jwt;
  const isReplaced = answer.refresh_token !== value;
  const again = await ask(load, value);
  return `${jwt}; refresh token ${isReplaced ? 'replaced' : 'the same'}, the old one then answered ${again.status}`;
}

function ask({ url, method = 'GET', place }: Load, value: string): Promise<Response> {
  const headers = 'header' in place ? { [place.header]: place.prefix + value } : {};
  return fetch(url, { method, headers, ...('body' in place ? { body: new URLSearchParams(place.body + value) } : {}) });
}

function describeJwt(jwt: string): string {
  const [header = '', payload = ''] = jwt.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  const { alg, typ } = JSON.parse(header) as { readonly alg: string; readonly typ?: string };
  const { iat, exp } = JSON.parse(payload) as { readonly iat: number; readonly exp: number };
  return `${alg}, ${typ === undefined ? 'no typ' : `typ ${typ}`}, ${jwt.length} characters, for ${exp - iat} s`;
}
