/**
 * Requests whose session has ended, kept until the same user is back. Another user gets none of them, not even their number.
 */
import type { EndReason, WaitingRequest } from './state.ts';

/** The session is over, and the request will not be made. Nothing was changed by it. */
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
  /** `subject` is signed in now: their requests go on, other people's are given up. */
  readonly meet: (subject: string) => void;
  /** Gives all of them up. */
  readonly clear: (reason: EndReason) => void;
  readonly waiting: () => readonly WaitingRequest[];
}

interface Parked {
  readonly request: Request;
  readonly subject: string;
  readonly go: () => void;
  readonly giveUp: (error: unknown) => void;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @param current Who is signed in now. @param publish Called whenever the list has changed. */
export function createParking(current: () => string | undefined, publish: () => void): Parking {
  const parked = new Set<Parked>();

  function view(entry: Parked): WaitingRequest {
    const { request, subject, go, giveUp } = entry;
    return {
      method: request.method,
      url: request.url,
      needsChoice: current() === subject,
      repeat: () => {
        if (current() === subject) go();
      },
      drop: () => giveUp(new SessionEndedError()),
    };
  }

  return {
    park: (request, subject) =>
      new Promise((resolve, reject) => {
        const { signal } = request;
        const done = (): void => {
          signal.removeEventListener('abort', abort);
          if (parked.delete(entry)) publish();
        };
        const entry: Parked = {
          request,
          subject,
          go: () => {
            done();
            resolve();
          },
          giveUp: (error) => {
            done();
            reject(error);
          },
        };
        const abort = (): void => entry.giveUp(signal.reason);
        signal.addEventListener('abort', abort);
        parked.add(entry);
        if (signal.aborted) abort();
        else if (current() === subject && goesByItself(request)) entry.go();
        else publish();
      }),
    meet(subject) {
      for (const entry of parked) {
        if (entry.subject !== subject) entry.giveUp(new SessionEndedError());
        else if (goesByItself(entry.request)) entry.go();
      }
    },
    clear(reason) {
      for (const entry of parked) entry.giveUp(new SessionEndedError(reason));
    },
    waiting: () => [...parked].map(view),
  };
}

/** Whether repeating it after a while can surprise nobody. */
function goesByItself({ method, headers }: Request): boolean {
  return safeMethods.has(method) || headers.has('Idempotency-Key');
}
