/**
 * Requests whose session has ended, kept until the same user is back. Another user gets none of them, not even their number.
 */
import type { EndReason, WaitingRequest } from './state.ts';

/** The session is over, and the request was not made, or its answer is not for who is there now. */
export class SessionEndedError extends Error {
  override readonly name: string = 'SessionEndedError';
  /** How the session ended; absent where the request was given up by choice or another user signed in. */
  readonly reason: EndReason | undefined;

  constructor(reason?: EndReason) {
    super('The session has ended.');
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
  readonly waiting: () => readonly WaitingRequest[];
}

interface Parked {
  readonly request: Request;
  readonly subject: string;
  /** With an error, the request is given up. */
  readonly settle: (error?: unknown) => void;
}

/** @param current Who is signed in now. @param publish Called whenever the list has changed; it sorts. */
export function createParking(current: () => string | undefined, publish: () => void): Parking {
  const parked = new Set<Parked>();
  return {
    park: (request, subject) =>
      new Promise((resolve, reject) => {
        const { signal } = request;
        const settle = (error?: unknown): void => {
          if (!parked.delete(entry)) return;
          if (error) reject(error);
          else resolve();
          publish();
        };
        const entry = { request, subject, settle };
        parked.add(entry);
        signal.addEventListener('abort', () => settle(signal.reason));
        publish();
      }),
    sort(subject, isBack) {
      for (const entry of parked) {
        if (entry.subject !== subject) entry.settle(new SessionEndedError());
        else if (isBack && goesByItself(entry.request)) entry.settle();
      }
    },
    waiting: () =>
      [...parked].map(({ request: { method, url }, subject, settle }) => ({
        method,
        url,
        needsChoice: current() === subject,
        repeat: () => settle(),
        drop: () => settle(new SessionEndedError()),
      })),
  };
}

/** Whether repeating it after a while can surprise nobody. */
function goesByItself({ method, headers }: Request): boolean {
  return /^(GET|HEAD|OPTIONS)$/.test(method) || headers.has('Idempotency-Key');
}
