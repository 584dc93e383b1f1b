/**
 * Binds a client's sessions to a key of this device (DPoP, RFC 9449): a `fetch` that proves possession of it where refresh tokens are
 * handed out and used. A refresh token that was copied elsewhere is then worth nothing. The key cannot be extracted; script on the
 * page can still use it while it runs there.
 */
import { unlessAborted } from './give-up.ts';
import { type KeyStore, openKeyStore } from './key-store.ts';

export interface DeviceKeyOptions {
  /** The client's. */
  readonly issuer: string;
  /** Whether requests with an access token are proven too, under the `DPoP` scheme; only where the server binds those as well. */
  readonly everyRequest?: boolean;
  readonly fetch?: typeof fetch;
  readonly keys?: KeyStore;
}

const proven = ['/login', '/token'];

/**
 * For the client's `fetch` option. Where the browser has lost the key, the server refuses the session and the user signs in again,
 * with a new key.
 *
 * ```ts
 * const client = createClient({ issuer, fetch: withDeviceKey({ issuer }) });
 * ```
 */
export function withDeviceKey(options: DeviceKeyOptions): typeof fetch {
  const { issuer, everyRequest = false, keys = openKeyStore() } = options;
  const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const endpoints = proven.map((path) => issuer.replace(/\/$/, '') + path);
  // What each server said last; one that does not ask for a nonce says none.
  const nonces = new Map<string, string>();

  async function sendProven(request: Request): Promise<Response> {
    const accessToken = /^Bearer (.+)$/.exec(request.headers.get('Authorization') ?? '')?.[1];
    if (accessToken !== undefined) request.headers.set('Authorization', `DPoP ${accessToken}`);
    const { origin } = new URL(request.url);
    // A browser's storage that never answers holds nobody up for longer than they wait.
    const pair = await unlessAborted(keys.getOrCreate('device', createPair), request.signal);
    request.headers.set('DPoP', await prove(pair, request, { accessToken, nonce: nonces.get(origin) }));
    const response = await send(request);
    const nonce = response.headers.get('DPoP-Nonce');
    if (nonce !== null) nonces.set(origin, nonce);
    return response;
  }

  return async (input, init) => {
    const request = new Request(input, init);
    const hasToken = /^Bearer /.test(request.headers.get('Authorization') ?? '');
    if (!endpoints.includes(request.url) && !(everyRequest && hasToken)) return send(request);
    const response = await sendProven(request.clone());
    return (await wantsNonce(response)) ? sendProven(request) : response;
  };
}

/** RFC 9449 sections 8 and 9. */
async function wantsNonce(response: Response): Promise<boolean> {
  if (response.status === 401) return /use_dpop_nonce/.test(response.headers.get('WWW-Authenticate') ?? '');
  return response.status === 400 && (await response.clone().text()).includes('"use_dpop_nonce"');
}

function createPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}

interface ProofDetails {
  readonly accessToken: string | undefined;
  readonly nonce: string | undefined;
}

/** RFC 9449 section 4.2. The wall clock's time is good enough: a server that finds it wrong asks for a nonce. */
async function prove(
  { privateKey, publicKey }: CryptoKeyPair,
  { method, url }: Request,
  { accessToken, nonce }: ProofDetails,
): Promise<string> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const { origin, pathname } = new URL(url);
  const claims = {
    jti: encode(crypto.getRandomValues(new Uint8Array(16))),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor(Date.now() / 1000),
    nonce,
    ath: accessToken && encode(await crypto.subtle.digest('SHA-256', toBytes(accessToken))),
  };
  const content = [header, claims].map((part) => encode(toBytes(JSON.stringify(part)))).join('.');
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, toBytes(content));
  return `${content}.${encode(signature)}`;
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function encode(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
