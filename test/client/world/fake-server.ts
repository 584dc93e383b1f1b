/**
 * The server's wire in memory: sign-in, refresh by the real rotation rule, sign-out, and a bank behind access tokens. Tokens are
 * readable instead of signed. What it answers is decided when a request arrives; how the request gets there is the network's affair.
 */
import type { TokenPayload } from '../../../src/protocol/index.ts';
import { atSignIn } from '../../../src/session/at-sign-in.ts';
import { decideRefresh } from '../../../src/session/decide-refresh.ts';
import { accessTokenEnd, endAfter, isLive, sessionEnd } from '../../../src/session/expiry.ts';
import type { SessionPolicy } from '../../../src/session/session-policy.ts';
import type { SessionRecord } from '../../../src/session/session-record.ts';

/** A request as it arrives: with the cookies that the browser added. */
export interface Arrival {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
  readonly cookies: ReadonlyMap<string, string>;
}

export interface Departure {
  readonly response: Response;
  readonly setCookies: ReadonlyMap<string, string | undefined>;
}

export interface FakeServerOptions {
  readonly now: () => number;
  readonly policy?: Partial<SessionPolicy>;
  readonly accessTokenLife?: number;
}

interface Delivered {
  readonly token: string;
  readonly inCookie: boolean;
}

const policyByDefault: SessionPolicy = {
  retryWindow: 30_000,
  mayLose: 0,
  inactivityTimeout: 30 * 86_400_000,
  absoluteLifetime: 365 * 86_400_000,
};

export class FakeServer {
  readonly issuer = 'https://bank.example';
  readonly sessions: Map<string, SessionRecord> = new Map();
  /** `method path` of everything that arrived. */
  readonly arrivals: string[] = [];
  /** How each refresh was decided. */
  readonly outcomes: string[] = [];
  /** Transfers that were made, by idempotency key. */
  readonly transfers: { readonly subject: string; readonly key: string; readonly body: string }[] = [];
  /** Which user's request each served request was, by its own mark. */
  readonly served: { readonly mark: string; readonly subject: string }[] = [];
  readonly policy: SessionPolicy;
  accessTokenLife: number;
  readonly #now: () => number;
  #issued = 0;

  constructor({ now, policy, accessTokenLife = 900_000 }: FakeServerOptions) {
    this.#now = now;
    this.policy = { ...policyByDefault, ...policy };
    this.accessTokenLife = accessTokenLife;
  }

  countOf(arrival: string): number {
    return this.arrivals.filter((entry) => entry === arrival).length;
  }

  /** Ends a session, as an administrator or another device would. */
  revoke(sid: string): void {
    const session = this.sessions.get(sid);
    if (session) this.sessions.set(sid, { ...session, revokedAt: this.#now() });
  }

  handle(arrival: Arrival): Departure {
    const { method, url } = arrival;
    this.arrivals.push(`${method} ${url.pathname}`);
    if (url.pathname === '/login') return this.#login(arrival);
    if (url.pathname === '/token') return this.#token(arrival);
    if (url.pathname === '/logout') return this.#logout(arrival);
    return this.#resource(arrival);
  }

  #login({ body, headers, cookies }: Arrival): Departure {
    const request = JSON.parse(body) as Record<string, string>;
    if (request.password !== 'secret') return refusal(401, 'invalid_credentials');
    const inCookie = request.token_delivery === 'cookie';
    const presented = [request.refresh_token, ...cookies.values()].flatMap((token) => (token ? [sidOf(token)] : []));
    for (const sid of presented) this.revoke(sid);
    const session = this.#create(`user-${request.username}`);
    const departure = this.#issue(session, { token: tokenOf(session), inCookie });
    const old = headers.get('Tallystick-Client');
    if (!inCookie || old === null || old === 'new') return departure;
    return { ...departure, setCookies: new Map([...departure.setCookies, [cookieName(old), undefined]]) };
  }

  #create(subject: string): SessionRecord {
    const now = this.#now();
    const sid = `sid-${String(this.sessions.size + 1).padStart(8, '0')}`;
    const session: SessionRecord = {
      sid,
      subject,
      deviceId: `device-${this.sessions.size + 1}`,
      clientId: 'app',
      scope: '',
      authenticatedAt: now,
      acr: null,
      amr: 'pwd',
      keyThumbprint: null,
      ...atSignIn,
      remember: true,
      inactivityEndsAt: endAfter(now, this.policy.inactivityTimeout),
      absoluteEndsAt: endAfter(now, this.policy.absoluteLifetime),
      lastAddress: '',
      lastAgent: '',
    };
    this.sessions.set(sid, session);
    return session;
  }

  #token(arrival: Arrival): Departure {
    const form = new URLSearchParams(arrival.body);
    const { token, inCookie } = presentedBy(arrival, form.get('refresh_token'));
    const session = token === undefined ? undefined : this.sessions.get(sidOf(token));
    if (token === undefined || session === undefined) return refusal(400, 'invalid_grant');
    const [, generation, branch] = token.split('.').map(Number);
    const deadline = arrival.headers.get('Tallystick-Deadline');
    const presented = {
      generation: generation ?? 0,
      branch: branch ?? 0,
      clientId: form.get('client_id') ?? undefined,
      deadline: deadline === null ? undefined : Number(deadline),
    };
    const outcome = decideRefresh(session, presented, this.#now(), this.policy);
    this.outcomes.push(outcome.kind);
    const current = 'next' in outcome ? outcome.next : session;
    this.sessions.set(session.sid, current);
    if (outcome.kind === 'unavailable') return refusal(503, 'temporarily_unavailable');
    if (!('successor' in outcome)) return refusal(400, 'invalid_grant');
    return this.#issue(current, { token: tokenOf({ ...current, ...outcome.successor }), inCookie });
  }

  #logout(arrival: Arrival): Departure {
    const { token } = presentedBy(arrival, new URLSearchParams(arrival.body).get('refresh_token'));
    const sid = arrival.headers.get('Tallystick-Client') ?? '';
    if (token !== undefined) this.revoke(sidOf(token));
    return { response: new Response(null, { status: 204 }), setCookies: new Map([[cookieName(sid), undefined]]) };
  }

  #resource({ method, url, headers, body }: Arrival): Departure {
    const claims = readAccessToken(headers.get('Authorization'));
    const session = this.sessions.get(claims?.sid ?? '');
    const now = this.#now();
    if (!claims || claims.exp * 1000 <= now || !session || !isLive(session, now)) {
      return refusal(401, 'invalid_token', { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
    }
    const { subject } = session;
    this.served.push({ mark: url.searchParams.get('mark') ?? '', subject });
    if (method === 'DELETE' && url.pathname === '/devices') return json({ removed: 0 });
    if (method === 'POST') {
      const key = headers.get('Idempotency-Key') ?? `none-${this.transfers.length}`;
      if (!this.transfers.some((transfer) => transfer.key === key)) this.transfers.push({ subject, key, body });
    }
    return json({ subject, body });
  }

  #issue(session: SessionRecord, { token, inCookie }: Delivered): Departure {
    const now = this.#now();
    const [issuedAt, expiresAt] = [now, accessTokenEnd(session, now, this.accessTokenLife)].map(toSeconds) as [
      number,
      number,
    ];
    this.#issued += 1;
    const claims = { sub: session.subject, sid: session.sid, exp: expiresAt, jti: this.#issued };
    const payload: TokenPayload = {
      access_token: `e30.${btoa(JSON.stringify(claims))}.x`,
      token_type: 'Bearer',
      expires_in: expiresAt - issuedAt,
      access_token_expires_at: expiresAt,
      refresh_token_expires_at: toSeconds(sessionEnd(session) ?? 0),
      session_ends_at: toSeconds(session.absoluteEndsAt ?? 0),
      sub: session.subject,
      device_id: session.deviceId,
      session_id: session.sid,
      ...(!inCookie && { refresh_token: token }),
    };
    const setCookies = new Map(inCookie ? [[cookieName(session.sid), token]] : []);
    return { response: Response.json(payload, { headers: { 'Tallystick-Time': String(now) } }), setCookies };
  }
}

function toSeconds(time: number): number {
  return Math.floor(time / 1000);
}

function tokenOf({ sid, generation, branch }: Pick<SessionRecord, 'sid' | 'generation' | 'branch'>): string {
  return `${sid}.${generation}.${branch}`;
}

function sidOf(token: string): string {
  return token.split('.', 1)[0] ?? '';
}

function cookieName(sid: string): string {
  return `tallystick-${sid.slice(-8)}`;
}

function presentedBy(
  { headers, cookies }: Arrival,
  inBody: string | null,
): { readonly token: string | undefined; readonly inCookie: boolean } {
  if (inBody !== null) return { token: inBody, inCookie: false };
  return { token: cookies.get(cookieName(headers.get('Tallystick-Client') ?? '')), inCookie: true };
}

function readAccessToken(authorization: string | null): { readonly sid: string; readonly exp: number } | undefined {
  const part = authorization?.split('.')[1];
  return part === undefined ? undefined : JSON.parse(atob(part));
}

function refusal(status: number, error: string, headers: Record<string, string> = {}): Departure {
  return { response: Response.json({ error, error_description: error }, { status, headers }), setCookies: new Map() };
}

function json(body: unknown): Departure {
  return { response: Response.json(body), setCookies: new Map() };
}
