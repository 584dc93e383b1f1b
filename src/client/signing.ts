/**
 * Signing in and out: what is asked of the server, and what becomes of the session here. The later of two acts wins, whichever is
 * answered first.
 */
import { endOnServer } from './end-on-server.ts';
import type { SessionRecord } from './record.ts';
import type { Refresher } from './refresher.ts';
import type { SessionKeeper } from './session-keeper.ts';
import { type Credentials, type Refusal, refuse, requestSession, type SignInParts } from './sign-in.ts';
import type { EndReason } from './state.ts';

export type SignInResult = { readonly ok: true } | Refusal;

export interface Signing {
  readonly signIn: (credentials: Credentials) => Promise<SignInResult>;
  readonly signOut: () => Promise<void>;
}

export interface SigningParts extends SignInParts {
  readonly keeper: SessionKeeper;
  readonly refresher: Pick<Refresher, 'cancel'>;
  readonly start: () => Promise<void>;
  /** Leaves the session, and tells the other tabs. */
  readonly leave: (sessionId: string, reason: EndReason) => Promise<SessionRecord | undefined>;
  readonly publish: () => void;
}

export function createSigning(parts: SigningParts): Signing {
  const { environment, post, keeper, refresher, start, leave, publish } = parts;
  let turn = 0;
  return {
    async signIn(credentials) {
      await start();
      turn += 1;
      const mine = turn;
      const result = await requestSession(parts, credentials);
      if (!result.ok) return result;
      const { session, refreshToken } = result;
      if (mine !== turn) {
        void endOnServer(environment, post, session.facts.sessionId, refreshToken);
        return refuse('superseded', 'Somebody signed in or out meanwhile.');
      }
      refresher.cancel();
      const begun = keeper.begin(session, refreshToken);
      publish();
      await begun;
      return { ok: true };
    },
    async signOut() {
      await start();
      turn += 1;
      refresher.cancel();
      const { sessionId } = keeper.owner();
      if (!sessionId) return;
      const leaving = leave(sessionId, 'signed_out');
      publish();
      await endOnServer(environment, post, sessionId, (await leaving)?.refreshToken);
    },
  };
}
