/**
 * Requests whose session has ended, kept until the same user is back. Another user gets none of them, not even their number.
 */
import type { Context } from './context.ts';
import { unlessAborted } from './give-up.ts';
import type { EndReason } from './session.ts';
import type { WaitingRequest } from './state.ts';

/** The session is over, and the request was not made, or its answer is not for who is there now. */
export class SessionEndedError extends Error {
  override readonly name: string = 'SessionEndedError';
  /** How the session ended; absent where the request was given up by choice or another user signed in. */
  declare readonly reason: EndReason | undefined;

  constructor(reason?: EndReason) {
    super(reason);
    this.reason = reason;
  }
}

export interface Parking {
  /** Waits for `subject` to be back. Rejects with a `SessionEndedError` where that will not be, or with the signal's reason. */
  readonly park: (request: Request, subject: string) => Promise<void>;
  /**
   * Gives up what is not of `subject`, whose the browser is now: everything, where it is nobody's. If they are back, what can go on by
   * itself does. Gives the others, which wait on.
   */
  readonly sort: (subject: string | undefined, isBack: boolean) => readonly WaitingRequest[];
}

interface Parked extends WaitingRequest {
  readonly subject: string;
  /** Repeating it after a while could surprise its user. */
  readonly needsChoice: boolean;
}

/** @param publish Called whenever the list has changed; it sorts. */
export function createParking(context: Context, publish: () => void): Parking {
  const parked = new Map<Request, Parked>();
  return {
    async park(request, subject) {
      const { method, url, headers, signal } = request;
      context.note('parked', method);
      const choice = new Promise<void>((resolve, reject) => {
        parked.set(request, {
          method,
          url,
          repeat: () => resolve(),
          drop: () => reject(new SessionEndedError()),
          subject,
          needsChoice: !/^(GET|HEAD|OPTIONS)$/.test(method) && !headers.has('Idempotency-Key'),
        });
        publish();
      });
      try {
        await unlessAborted(choice, signal);
        context.note('repeated', method);
      } finally {
        parked.delete(request);
        publish();
      }
    },
    sort(owner, isBack) {
      const waiting: WaitingRequest[] = [];
      for (const { subject, needsChoice, ...request } of parked.values()) {
        if (subject !== owner) request.drop();
        else if (isBack && !needsChoice) request.repeat();
        else waiting.push({ ...request, needsChoice: isBack });
      }
      return waiting;
    },
  };
}
