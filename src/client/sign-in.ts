/**
 * Signing in with a name and a password. The device's earlier session is named, so that the server knows the device again.
 */
import type { LoginRequest } from '../protocol/wire.ts';
import type { Environment } from './environment.ts';
import { type Answer, errorOf, exchange, retryAfterOf } from './exchange.ts';
import type { Settings } from './options.ts';
import type { RecordStore } from './record.ts';
import { clientHeader } from './refresh-session.ts';
import type { ServerClock } from './server-clock.ts';
import { readSession, refreshTokenIn, type Session } from './session.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** What the user calls this device; the server makes one up otherwise. */
  readonly deviceName?: string;
  /** `false`: a session of at most 12 hours that ends with the browser. */
  readonly remember?: boolean;
}

/** What the server refused, in its words, or `unreachable` where it did not answer. */
export interface Refusal {
  readonly ok: false;
  readonly error: string;
  /** For people. */
  readonly description: string;
  readonly retryAfterSeconds?: number;
}

export interface SignInParts {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly records: RecordStore;
  readonly serverClock: ServerClock;
}

/** Asks for a session. It is not entered yet. */
export async function requestSession(
  { environment, settings, records, serverClock }: SignInParts,
  credentials: Credentials,
): Promise<{ readonly ok: true; readonly session: Session; readonly refreshToken: string | undefined } | Refusal> {
  const earlier = await records.read();
  const inCookie = settings.delivery === 'cookie';
  const answer = await exchange(environment, `${settings.issuer}/login`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(inCookie && { [clientHeader]: earlier?.sessionId ?? 'new' }),
    },
    credentials: inCookie ? 'include' : 'omit',
    body: JSON.stringify(loginRequest(settings, credentials, earlier?.refreshToken)),
  });
  const serverTime = serverClock.learn(answer);
  const session = readSession(answer, { received: environment.now(), serverTime, random: environment.random() });
  if (session) return { ok: true, session, refreshToken: refreshTokenIn(answer) };
  return refusalOf(answer);
}

function loginRequest(
  { clientId, scope, delivery }: Settings,
  { username, password, deviceName, remember }: Credentials,
  refreshToken: string | undefined,
): LoginRequest {
  return {
    username,
    password,
    token_delivery: delivery,
    ...(deviceName !== undefined && { device_name: deviceName }),
    ...(remember !== undefined && { remember }),
    ...(clientId !== undefined && { client_id: clientId }),
    ...(scope !== undefined && { scope }),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  };
}

function refusalOf(answer: Answer): Refusal {
  const { error, error_description } = errorOf(answer) ?? {
    error: 'unreachable',
    error_description: 'The server cannot be reached.',
  };
  return refuse(error, error_description, retryAfterOf(answer));
}

/** @param retryAfter In milliseconds; 0 where nothing is said about it. */
export function refuse(error: string, description: string, retryAfter = 0): Refusal {
  return { ok: false, error, description, ...(retryAfter > 0 && { retryAfterSeconds: retryAfter / 1000 }) };
}
