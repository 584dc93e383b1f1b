/**
 * Signing in and out: what is asked of the server, and what becomes of the session here. The later of two acts wins, whichever is
 * answered first.
 */
import type { Context } from './context.ts';
import { endOnServer } from './end-on-server.ts';
import type { Post } from './post.ts';
import type { SessionKeeper } from './session-keeper.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** What the user calls this device; the server makes one up otherwise. */
  readonly deviceName?: string | undefined;
  /** `false`: a session of at most 12 hours that ends with the browser. */
  readonly remember?: boolean | undefined;
}

/**
 * What the server refused, by its own code; `unreachable` where it did not answer, `superseded` where somebody signed in or out
 * meanwhile.
 */
export interface Refusal {
  readonly ok: false;
  readonly error: string;
  /** The server's words for people; the code again where it has none. */
  readonly description: string;
  readonly retryAfterSeconds?: number | undefined;
}

export type SignInResult = { readonly ok: true } | Refusal;

export interface Signing {
  readonly signIn: (credentials: Credentials) => Promise<SignInResult>;
  readonly signOut: () => Promise<void>;
}

/** @param start Resolves when it is known whether anybody is signed in. */
export function createSigning(
  context: Context,
  keeper: SessionKeeper,
  post: Post,
  start: () => Promise<void>,
  publish: () => void,
): Signing {
  let turn = 0;
  return {
    async signIn({ deviceName, ...credentials }) {
      await start();
      turn += 1;
      const mine = turn;
      // It names the device, so that the server knows it again.
      const earlier = await keeper.reconcile();
      const answer = await post('/login', earlier?.facts.sessionId, {
        ...credentials,
        device_name: deviceName,
        client_id: context.clientId,
        scope: context.scope,
        token_delivery: context.delivery,
        refresh_token: earlier?.refreshToken,
      });
      if (!answer.session) return refuse(answer.body.error, answer.body.error_description, answer.retryAfter);
      if (mine !== turn) {
        void endOnServer(context, post, answer.session.facts.sessionId, answer.body.refresh_token);
        return refuse('superseded');
      }
      const begun = keeper.begin(answer.session, answer.body.refresh_token);
      publish();
      await begun;
      return { ok: true };
    },
    async signOut() {
      await start();
      turn += 1;
      const sessionId = keeper.known()?.facts.sessionId;
      if (!sessionId) return;
      const leaving = keeper.leave('signed_out');
      publish();
      await endOnServer(context, post, sessionId, (await leaving)?.refreshToken);
    },
  };
}

/** @param retryAfter In milliseconds; 0 where nothing is said about it. */
function refuse(error = 'unreachable', description = error, retryAfter = 0): Refusal {
  return { ok: false, error, description, retryAfterSeconds: retryAfter / 1000 || undefined };
}
