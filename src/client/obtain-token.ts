/**
 * An access token that is good enough to send, for the session that a request was made in.
 */
import { certainSince } from './clock.ts';
import type { Environment } from './environment.ts';
import type { Refresher } from './refresh-session.ts';
import { accessTokenRemaining, type Session } from './session.ts';
import type { SessionHolder } from './session-holder.ts';

/** Whose a request is. */
export interface Owner {
  readonly sessionId: string;
  readonly subject: string;
}

/** What the token is for. */
export interface TokenNeed {
  readonly owner: Owner;
  /** Nobody waits for it: unless the user was active since the last refresh it causes none. */
  readonly background: boolean;
  /** The token that was refused just now. */
  readonly refused?: string;
}

/** `gone`: that session is not this tab's any more. */
export type Obtained = { readonly token: string } | 'gone' | 'unavailable';

export interface ObtainTokenParts {
  readonly environment: Pick<Environment, 'now'>;
  readonly holder: SessionHolder;
  readonly refresher: Pick<Refresher, 'refresh'>;
  readonly wasActive: (session: Session) => boolean;
}

/** A token this young, in milliseconds, was not refused for its age: another would be refused as well. */
const young = 5_000;

/** An access token with less left than this, in milliseconds, might not arrive alive. */
const tooShort = 2_000;

/** Refreshes twice at most, and gives the token that was refused back where nothing suggests that another would do better. */
export async function obtainToken(parts: ObtainTokenParts, need: TokenNeed): Promise<Obtained> {
  const { holder, refresher } = parts;
  for (let refreshes = 0; ; refreshes += 1) {
    const session = holder.session();
    if (session?.sessionId !== need.owner.sessionId) return 'gone';
    const { accessToken } = session;
    if (accessToken !== undefined && (refreshes === 2 || isGoodEnough(parts, session, need)))
      return { token: accessToken };
    const { kind } = await refresher.refresh();
    if (kind === 'unavailable') return kind;
  }
}

function isGoodEnough({ environment, wasActive }: ObtainTokenParts, session: Session, need: TokenNeed): boolean {
  const now = environment.now();
  if (need.background && !wasActive(session)) return true;
  if (session.accessToken === need.refused) return certainSince(session.received, now) < young;
  return accessTokenRemaining(session, now) > Math.min(tooShort, session.accessTokenLife / 10);
}
