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
  /** `subject` is signed in now: their requests go on, other people's are given up. */
  readonly meet: (subject: string) => void;
  /** Gives all of them up. */
  readonly clear: (reason: EndReason) => void;
  readonly waiting: () => readonly WaitingRequest[];
}

interface Parked {
  readonly request: Request;
  readonly subject: string;
  /** With an error, the request is given up. */
  readonly settle: (error?: unknown) => void;
}

/** @param current Who is signed in now. @param publish Called whenever the list has changed. */
export function createParking(current: () => string | undefined, publish: () => void): Parking {
  const parked = new Set<Parked>();

  function view({ request, subject, settle }: Parked): WaitingRequest {
    return {
      method: request.method,
      url: request.url,
      needsChoice: current() === subject,
      repeat: () => {
        if (current() === subject) settle();
      },
      drop: () => settle(new SessionEndedError()),
    };
  }

  function meet(subject: string): void {
    for (const entry of parked) {
      if (entry.subject !== subject) entry.settle(new SessionEndedError());
      else if (goesByItself(entry.request)) entry.settle();
    }
  }

  return {
    park: (request, subject) =>
      new Promise((resolve, reject) => {
        const { signal } = request;
        const entry: Parked = {
          request,
          subject,
          settle(error) {
            if (!parked.delete(entry)) return;
            if (error === undefined) resolve();
            else reject(error);
            publish();
          },
        };
        parked.add(entry);
        signal.addEventListener('abort', () => entry.settle(signal.reason));
        if (signal.aborted) entry.settle(signal.reason);
        const present = current();
        if (present !== undefined) meet(present);
        publish();
      }),
    meet,
    clear(reason) {
      for (const { settle } of parked) settle(new SessionEndedError(reason));
    },
    waiting: () => [...parked].map(view),
  };
}

/** Whether repeating it after a while can surprise nobody. */
function goesByItself({ method, headers }: Request): boolean {
  return /^(GET|HEAD|OPTIONS)$/.test(method) || headers.has('Idempotency-Key');
}
