/**
 * Requests whose session has ended, kept until the same user is back. Another user gets none of them, not even their number.
 */
import type { Context } from './context.ts';
import type { EndReason } from './session.ts';
import type { WaitingRequest } from './state.ts';

/** The session is over, and the request was not made, or its answer is not for who is there now. */
export class SessionEndedError extends Error {
  override readonly name: string = 'SessionEndedError';
  /** How the session ended; absent where the request was given up by choice or another user signed in. */
  declare readonly reason: EndReason | undefined;

  constructor(reason?: EndReason) {
    super('Session ended');
    this.reason = reason;
  }
}

export interface Parking {
  /** Waits for `subject` to be back. Rejects with a `SessionEndedError` where that will not be, or with the signal's reason. */
  readonly park: (request: Request, subject: string) => Promise<void>;
  /**
   * Gives up what is not of `subject`, whose the browser is now: everything, where it is nobody's. If they are back, what can go on by
   * itself does.
   */
  readonly sort: (subject: string | undefined, isBack: boolean) => void;
  /** @param isBack Whether the user whose requests wait is signed in. */
  readonly waiting: (isBack: boolean) => readonly WaitingRequest[];
}

/** @param publish Called whenever the list has changed; it sorts. */
export function createParking({ note }: Context, publish: () => void): Parking {
  const parked = new Map<Omit<WaitingRequest, 'needsChoice'>, { readonly subject: string; readonly isSafe: boolean }>();
  return {
    park: ({ method, url, headers, signal }, subject) =>
      new Promise((resolve, reject) => {
        const settle = (done: () => void): void => {
          if (!parked.delete(waiting)) return;
          done();
          publish();
        };
        const waiting = {
          method,
          url,
          repeat: () =>
            settle(() => {
              note('repeated', method);
              resolve();
            }),
          drop: () => settle(() => reject(signal.aborted ? signal.reason : new SessionEndedError())),
        };
        note('parked', method);
        // Whether repeating it after a while can surprise nobody.
        const isSafe = /^(GET|HEAD|OPTIONS)$/.test(method) || headers.has('Idempotency-Key');
        parked.set(waiting, { subject, isSafe });
        signal.addEventListener('abort', waiting.drop);
        publish();
      }),
    sort(subject, isBack) {
      for (const [{ repeat, drop }, { subject: owner, isSafe }] of parked) {
        if (owner !== subject) drop();
        else if (isBack && isSafe) repeat();
      }
    },
    waiting: (needsChoice) => Array.from(parked.keys(), (waiting) => ({ ...waiting, needsChoice })),
  };
}
