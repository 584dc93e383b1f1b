/**
 * A tiny issuer for the verifier's tests: keys, tokens and whatever else somebody might sign, and the endpoints a verifier
 * asks, as one injected `fetch`. It has a clock of its own and shares no code with the server.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { encodeSessionId } from '../../src/protocol/session-id.ts';
import type { JwkSet, PublicJwk, RevocationEntry, RevocationsResponse } from '../../src/protocol/wire.ts';
import { createVerifier, type Fetch, type Verifier, type VerifierOptions } from '../../src/verifier/index.ts';

export type FakeAlgorithm = 'ES256' | 'ES384' | 'Ed25519' | 'RS256' | 'PS256';

export interface FakeKey {
  readonly kid: string;
  readonly alg: FakeAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: PublicJwk;
}

let madeKeys = 0;

/** RSA keys are slow to make, so all of them are one. */
let rsaPair: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

export function createFakeKey(alg: FakeAlgorithm = 'ES256', kid?: string): FakeKey {
  const { publicKey, privateKey } = generatePair(alg);
  madeKeys += 1;
  const name = kid ?? `key-${madeKeys}`;
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: name, alg, use: 'sig' } as PublicJwk;
  return { kid: name, alg, privateKey, publicKey, jwk };
}

function generatePair(alg: FakeAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (alg === 'ES384') return generateKeyPairSync('ec', { namedCurve: 'P-384' });
  if (alg === 'Ed25519') return generateKeyPairSync('ed25519');
  rsaPair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return rsaPair;
}

export function signBytes(key: Pick<FakeKey, 'alg' | 'privateKey'>, input: Buffer): Buffer {
  const hash = { ES256: 'sha256', ES384: 'sha384', Ed25519: null, RS256: 'sha256', PS256: 'sha256' }[key.alg];
  const pss = key.alg === 'PS256' ? { padding: 6, saltLength: 32 } : {};
  return sign(hash, input, { key: key.privateKey, dsaEncoding: 'ieee-p1363', ...pss });
}

/** A JWS over exactly these texts or bytes, so that they need not be JSON. */
export function signRaw(key: FakeKey, header: string | Buffer, payload: string | Buffer): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${base64url(signBytes(key, Buffer.from(input)))}`;
}

export function base64url(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64url');
}

export function newSid(startedAt: number, shardTag: Uint8Array = new Uint8Array([1, 2, 3, 4])): string {
  return encodeSessionId({ shardTag, startedAt, random: randomBytes(6) });
}

export type Members = Record<string, unknown>;

export class FakeIssuer {
  readonly issuer = 'https://auth.example.com';
  readonly audience = 'https://api.example.com';
  readonly feedSecret = 'a-feed-secret-of-just-about-enough-length';
  /** Milliseconds since the epoch. */
  now = 1_790_000_000_000;
  keys: FakeKey[];
  /** What was asked for, in order. */
  readonly requests: { readonly url: string; readonly init: RequestInit }[] = [];
  /** Takes the place of an endpoint, by path. */
  readonly answers: Map<string, (url: URL, init: RequestInit) => Response | Promise<Response>> = new Map();
  entries: RevocationEntry[] = [];
  readonly verifiers: Verifier[] = [];

  constructor(...keys: FakeKey[]) {
    this.keys = keys.length === 0 ? [createFakeKey()] : keys;
  }

  /** The first key. */
  get key(): FakeKey {
    const [key] = this.keys;
    if (key === undefined) throw new Error('the issuer has no key');
    return key;
  }

  advance(seconds: number): void {
    this.now += seconds * 1000;
  }

  jwks(): JwkSet {
    return { keys: this.keys.map(({ jwk }) => jwk) };
  }

  claims(changes: Members = {}): Members {
    const iat = Math.floor(this.now / 1000);
    const claims: Members = {
      iss: this.issuer,
      sub: 'alice',
      aud: this.audience,
      client_id: 'app',
      iat,
      exp: iat + 900,
      jti: randomBytes(16).toString('base64url'),
      sid: newSid(this.now),
      auth_time: iat,
    };
    return without({ ...claims, ...changes });
  }

  header(changes: Members = {}, key: FakeKey = this.key): Members {
    return without({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...changes });
  }

  /** A valid access token but for the changes; `undefined` takes a member away. */
  token(claims: Members = {}, header: Members = {}, key: FakeKey = this.key): string {
    return signRaw(key, JSON.stringify(this.header(header, key)), JSON.stringify(this.claims(claims)));
  }

  readonly fetch: Fetch = async (url, init) => {
    this.requests.push({ url, init });
    const parsed = new URL(url);
    const answer = this.answers.get(parsed.pathname) ?? this.defaults[parsed.pathname];
    return answer === undefined ? new Response('not found', { status: 404 }) : await answer(parsed, init);
  };

  private readonly defaults: Readonly<Record<string, (url: URL, init: RequestInit) => Response>> = {
    '/.well-known/oauth-authorization-server': () =>
      Response.json({ issuer: this.issuer, jwks_uri: `${this.issuer}/.well-known/jwks.json` }),
    '/.well-known/jwks.json': () => Response.json(this.jwks(), { headers: { 'cache-control': 'public, max-age=300' } }),
  };

  /** How often a path has been asked for. */
  asked(path: string): number {
    return this.requests.filter(({ url }) => new URL(url).pathname === path).length;
  }

  revocations(changes: Partial<RevocationsResponse> = {}): RevocationsResponse {
    const head_read_at = Math.floor(this.now / 1000);
    const cursor = `c${this.entries.at(-1)?.position ?? 0}`;
    return { cursor, reset: false, head_read_at, entries: [], ...changes };
  }

  /** A verifier of this issuer's tokens. Its keys come over `fetch` unless the options say otherwise. */
  verifier(options: Partial<VerifierOptions> = {}): Verifier {
    const { issuer, audience, fetch } = this;
    const verifier = createVerifier({ issuer, audience, fetch, now: () => this.now, random: () => 0.5, ...options });
    this.verifiers.push(verifier);
    return verifier;
  }
}

function without(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The verdict in one word: `ok`, or why not. */
export async function verdict(verifier: Verifier, token: string): Promise<string> {
  const result = await verifier.verify(token);
  return result.ok ? 'ok' : result.error.detail;
}

/** Both ways to check signatures, for `describe.each`. */
export const engines = [
  { engine: 'node:crypto', useWebCrypto: false },
  { engine: 'Web Crypto', useWebCrypto: true },
] as const;
