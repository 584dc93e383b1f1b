/**
 * An access token that is good enough to send, for the session that a request was made in.
 */
import type { Clock } from './clock.ts';
import type { Refresher } from './refresher.ts';
import { accessTokenRemaining, type Session } from './session.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** What the token is for. */
export interface TokenNeed {
  /** Whose the request is. */
  readonly sessionId: string;
  /** Nobody waits for it: unless the user was active since the last refresh it causes none. */
  readonly background: boolean;
  /** The token that was refused just now. */
  readonly refused?: string | undefined;
}

/** `gone`: that session is not this tab's any more. */
export type Obtained = { readonly token: string } | 'gone' | 'unavailable';

export interface ObtainTokenParts {
  readonly clock: Clock;
  readonly keeper: SessionKeeper;
  readonly refresher: Pick<Refresher, 'refresh'>;
  readonly wasActive: (session: Session) => boolean;
}

/** A token this young, in milliseconds, was not refused for its age: another would be refused as well. */
const young = 5_000;

/** An access token with less left than this, in milliseconds, might not arrive alive. */
const tooShort = 2_000;

/** Refreshes twice at most, and gives the token that was refused back where nothing suggests that another would do better. */
export async function obtainToken(parts: ObtainTokenParts, need: TokenNeed): Promise<Obtained> {
  for (let refreshes = 0; ; refreshes += 1) {
    const session = parts.keeper.session();
    if (session?.facts.sessionId !== need.sessionId) return 'gone';
    const { accessToken } = session;
    if (accessToken && (refreshes === 2 || isGoodEnough(parts, session, need))) return { token: accessToken };
    const { kind } = await parts.refresher.refresh(true);
    if (kind === 'unavailable') return kind;
  }
}

function isGoodEnough({ clock, wasActive }: ObtainTokenParts, session: Session, need: TokenNeed): boolean {
  if (need.background && !wasActive(session)) return true;
  const now = clock.now();
  if (session.accessToken === need.refused) return now - session.receivedAt < young;
  return accessTokenRemaining(session, now) > Math.min(tooShort, session.accessTokenLife / 10);
}
