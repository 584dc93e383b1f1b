/**
 * Signing in with a name and a password. The device's earlier session is named, so that the server knows the device again.
 */
import type { Environment } from './environment.ts';
import type { Settings } from './options.ts';
import type { Post } from './post.ts';
import type { RecordStore } from './record.ts';
import { readSession, type Session } from './session.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** What the user calls this device; the server makes one up otherwise. */
  readonly deviceName?: string | undefined;
  /** `false`: a session of at most 12 hours that ends with the browser. */
  readonly remember?: boolean | undefined;
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
  readonly post: Post;
}

/** Asks for a session. It is not entered yet. */
export async function requestSession(
  { environment, settings, records, post }: SignInParts,
  { username, password, deviceName, remember }: Credentials,
): Promise<{ readonly ok: true; readonly session: Session; readonly refreshToken: string | undefined } | Refusal> {
  const earlier = await records.read();
  const { status, body, serverTime, retryAfter } = await post('/login', earlier?.facts.sessionId, {
    username,
    password,
    remember,
    device_name: deviceName,
    client_id: settings.clientId,
    scope: settings.scope,
    token_delivery: settings.delivery,
    refresh_token: earlier?.refreshToken,
  });
  const session = status === 200 ? readSession(body, environment.clock, serverTime, environment.random()) : undefined;
  if (session) return { ok: true, session, refreshToken: body.refresh_token };
  return refuse(body.error, body.error_description, retryAfter);
}

/** @param retryAfter In milliseconds; 0 where nothing is said about it. */
export function refuse(error = 'unreachable', description = 'The server cannot be reached.', retryAfter = 0): Refusal {
  return { ok: false, error, description, ...(retryAfter > 0 && { retryAfterSeconds: retryAfter / 1000 }) };
}
