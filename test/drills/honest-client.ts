/**
 * A client that does what the rotation rule asks of honest ones: its tabs share one stored token, an answer replaces it only
 * if it is still the one that was sent, an exchange is given up after half the retry window, and whatever is not a definite
 * refusal of the token that is stored is tried again.
 */
import { decodeJwt } from 'jose';
import { deadlineHeader, timeHeader } from '../../src/protocol/headers.ts';
import { parseRefreshToken, refreshTokenPrefix } from '../../src/protocol/refresh-token.ts';
import type { TokenPayload } from '../../src/protocol/wire.ts';
import type { ProofKey } from '../dpop/proof-key.ts';
import type { History, Position } from './history.ts';

export interface HonestClientOptions {
  readonly username: string;
  readonly password: string;
  /** The server to ask this time; there may be several, and they come and go. */
  server(): string;
  /** Half the retry window, in milliseconds. */
  readonly timeout: number;
  readonly history: History;
  /** The key that the session is to be bound to, and the issuer that its proofs are for. */
  readonly key?: { readonly proofKey: ProofKey; readonly issuer: string };
}

export class HonestClient {
  readonly #options: HonestClientOptions;
  #token = '';
  /** The server's clock less ours, in milliseconds. */
  #clockOffset: number | undefined;
  sid = '';
  accessToken = '';
  deviceId = '';
  /** Why the client believes that it is signed out; `undefined` while it does not. */
  signedOut: 'refused' | 'by_choice' | undefined;

  constructor(options: HonestClientOptions) {
    this.#options = options;
  }

  /** Whether the token that is stored is a stateless one. */
  get isStateless(): boolean {
    return !this.#token.startsWith(refreshTokenPrefix);
  }

  /** Signs in, trying until it works. */
  async signIn(): Promise<void> {
    const { username, password } = this.#options;
    const payload = await this.#untilAnswered(() =>
      this.#post('/login', JSON.stringify({ username, password }), { 'Content-Type': 'application/json' }),
    );
    this.#adopt(payload.body as TokenPayload);
  }

  /** One refresh by one tab; tabs may call it at the same time. Gives whether there was an answer. */
  async refresh(): Promise<boolean> {
    const sent = this.#token;
    const startedAt = performance.now();
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: sent });
    const answer = await this.#post('/token', form).catch(() => undefined);
    const got = answer?.status === 200 ? (answer.body as TokenPayload) : undefined;
    this.#options.history.refreshes.push({
      sid: this.sid,
      presented: positionOf(sent),
      startedAt,
      endedAt: performance.now(),
      status: answer?.status,
      outcome: answer?.outcome,
      got: got && positionOf(got.refresh_token ?? ''),
    });
    const isStillStored = this.#token === sent;
    if (got && isStillStored) this.#adopt(got);
    if (answer?.status === 400 && isStillStored && this.signedOut === undefined) this.signedOut = 'refused';
    return answer !== undefined;
  }

  /** Signs out, trying until it is acknowledged. */
  async signOut(): Promise<void> {
    this.signedOut = 'by_choice';
    await this.#untilAnswered(() => this.#post('/logout', new URLSearchParams({ refresh_token: this.#token })));
    this.#options.history.ends.push({ sid: this.sid, acknowledgedAt: performance.now() });
  }

  /** Whether a refresh with the stored token is refused for good now, asking until there is an answer. */
  async isRefused(): Promise<boolean> {
    const { status } = await this.#untilAnswered(
      () => this.#post('/token', new URLSearchParams({ grant_type: 'refresh_token', refresh_token: this.#token })),
      [200, 400],
    );
    return status === 400;
  }

  #deadline(): { readonly [deadlineHeader]?: string } {
    if (this.#clockOffset === undefined) return {};
    return { [deadlineHeader]: String(Math.floor(Date.now() + this.#clockOffset + this.#options.timeout)) };
  }

  #proof(path: string): { readonly DPoP?: string } {
    const { key } = this.#options;
    if (key === undefined) return {};
    return { DPoP: key.proofKey.prove({ url: key.issuer + path, now: Date.now() + (this.#clockOffset ?? 0) }) };
  }

  #adopt(payload: TokenPayload): void {
    this.#token = payload.refresh_token ?? '';
    this.accessToken = payload.access_token;
    this.deviceId = payload.device_id;
    this.sid = payload.session_id;
  }

  async #untilAnswered(ask: () => Promise<Answer>, statuses: readonly number[] = [200, 204]): Promise<Answer> {
    for (;;) {
      const answer = await ask().catch(() => undefined);
      if (answer && statuses.includes(answer.status)) return answer;
      await pause(50);
    }
  }

  async #post(
    path: string,
    body: string | URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#options.timeout);
    const all = { ...headers, ...this.#deadline(), ...this.#proof(path) };
    const response = await fetch(this.#options.server() + path, { method: 'POST', body, headers: all, signal });
    const time = response.headers.get(timeHeader);
    if (time !== null) this.#clockOffset = Number(time) - Date.now();
    const text = await response.text();
    return {
      status: response.status,
      outcome: response.headers.get('Tallystick-Refresh') ?? undefined,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }
}

interface Answer {
  readonly status: number;
  readonly outcome: string | undefined;
  readonly body: unknown;
}

function positionOf(token: string): Position {
  const parsed = parseRefreshToken(token);
  if (parsed) return { generation: parsed.generation, branch: parsed.branch };
  const { generation = 0, branch = 0 }: Partial<Position> = token === '' ? { generation: -1 } : decodeJwt(token);
  return { generation, branch };
}

/** Waits, in simulations that are about time. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
