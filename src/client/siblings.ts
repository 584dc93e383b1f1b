/**
 * The other tabs of this page's origin: telling them what happened, and asking what they hold. Nothing here goes through storage.
 * Whoever listens on the origin hears access tokens; whoever can do that can make requests of its own already.
 */
import type { Environment, TabChannelPort } from './environment.ts';
import type { Session } from './session.ts';
import type { EndReason } from './state.ts';

type Message =
  /** Who holds what? */
  | { readonly type: 'ask' }
  /** This, for so many milliseconds when it was sent at `sentAt` by the wall clock, which tabs share. */
  | { readonly type: 'session'; readonly session: Session; readonly age: number; readonly sentAt: number }
  | { readonly type: 'nothing' }
  | { readonly type: 'left'; readonly sessionId: string; readonly reason: EndReason };

export interface Siblings {
  /** Begins to listen. Before, this tab is alone. */
  readonly open: () => void;
  /** Tells of a session, or of having none. */
  readonly show: (session: Session | undefined) => void;
  readonly tellLeft: (sessionId: string, reason: EndReason) => void;
  /** Asks, and waits for something new, for `wait` milliseconds at most; not at all where there seems to be nobody. */
  readonly ask: (wait: number) => Promise<void>;
  readonly close: () => void;
}

export interface SiblingEvents {
  readonly session: () => Session | undefined;
  /** Another tab holds this. Gives whether it was news. */
  readonly onSession: (session: Session) => Promise<boolean>;
  readonly onLeft: (sessionId: string, reason: EndReason) => void;
}

/** @param name The channel's; without one, or where the host has no channels, this tab stays alone. */
export function createSiblings(environment: Environment, name: string | undefined, events: SiblingEvents): Siblings {
  const { now, setTimer, random } = environment;
  let channel: TabChannelPort | undefined;
  let maybeAlone = false;
  let stopWaiting = (): void => undefined;

  function post(message: Message): void {
    channel?.postMessage(message);
  }

  function show(session: Session | undefined): void {
    const { monotonic, wall } = now();
    if (session?.accessToken === undefined) post({ type: 'nothing' });
    else post({ type: 'session', session, age: monotonic - session.received.monotonic, sentAt: wall });
  }

  async function hear(message: Message): Promise<void> {
    maybeAlone = false;
    if (message.type === 'ask') show(events.session());
    else if (message.type === 'left') events.onLeft(message.sessionId, message.reason);
    else if (message.type === 'session' && (await events.onSession(receive(message)))) stopWaiting();
  }

  /** The session in this tab's time. The message may have lain for long before a frozen tab. */
  function receive({ session, age, sentAt }: Message & { type: 'session' }): Session {
    const { monotonic, wall } = now();
    const total = age + Math.max(0, wall - sentAt);
    return {
      ...session,
      received: { monotonic: monotonic - total, wall: wall - total },
      // A moment of its own for each tab, so that not all set out at once.
      refreshAfter: (session.accessTokenLife * (1 + random())) / 3,
    };
  }

  return {
    open() {
      channel = name === undefined ? undefined : environment.openChannel?.(name);
      if (channel) channel.onmessage = ({ data }) => void hear(data as Message);
    },
    show,
    tellLeft: (sessionId, reason) => post({ type: 'left', sessionId, reason }),
    ask(wait) {
      if (!channel || maybeAlone) return Promise.resolve();
      maybeAlone = true;
      post({ type: 'ask' });
      return new Promise((resolve) => {
        const cancel = setTimer(() => resolve(), wait);
        stopWaiting = () => {
          cancel();
          resolve();
        };
      });
    },
    close: () => channel?.close(),
  };
}
