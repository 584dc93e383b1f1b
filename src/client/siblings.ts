/**
 * The other tabs of this page's origin: telling them what happened, and asking what they hold. Nothing here goes through storage.
 * Whoever listens on the origin hears access tokens; whoever can do that can make requests of its own already.
 */
import type { Environment, TabChannel } from './environment.ts';
import type { Session } from './session.ts';
import type { EndReason } from './state.ts';

type Message =
  /** This, for `age` milliseconds when it was sent at `sentAt` by the wall clock, which tabs share. */
  | { readonly session: Session; readonly age: number; readonly sentAt: number }
  | { readonly left: string; readonly reason: EndReason }
  /** Who holds what? */
  | 'ask'
  | 'nothing';

export interface Siblings {
  /** Begins to listen. Before, this tab is alone. */
  readonly open: () => void;
  /** Tells of a session, or of having none. */
  readonly show: (session: Session | undefined) => void;
  readonly tellLeft: (sessionId: string, reason: EndReason) => void;
  /** Asks, and waits a moment for something new; not at all where there seems to be nobody. */
  readonly ask: () => Promise<void>;
  readonly close: () => void;
}

export interface SiblingEvents {
  readonly session: () => Session | undefined;
  /** Another tab holds this. Gives whether it was news. */
  readonly onSession: (session: Session) => Promise<boolean>;
  readonly onLeft: (sessionId: string, reason: EndReason) => void;
}

/** How long the other tabs may take to answer, in milliseconds. */
const answerTime = 100;

/** @param name The channel's; where it is empty, or the host has no channels, this tab stays alone. */
export function createSiblings(environment: Environment, name: string, events: SiblingEvents): Siblings {
  const { clock, setTimer } = environment;
  let channel: TabChannel | '' | undefined;
  let seemsAlone = false;
  let heardNews = (): void => undefined;

  function post(message: Message): void {
    if (channel) channel.postMessage(message);
  }

  function show(session: Session | undefined): void {
    if (!session?.accessToken) post('nothing');
    else post({ session, age: clock.now() - session.receivedAt, sentAt: clock.wall() });
  }

  async function hear(message: Message): Promise<void> {
    seemsAlone = false;
    if (message === 'ask') show(events.session());
    else if (message === 'nothing') return;
    else if ('left' in message) events.onLeft(message.left, message.reason);
    else if (await events.onSession(receive(message))) heardNews();
  }

  /** The session in this tab's time. The message may have lain for long before a frozen tab. */
  function receive({ session, age, sentAt }: Extract<Message, { readonly age: number }>): Session {
    return {
      ...session,
      receivedAt: clock.now() - age - Math.max(0, clock.wall() - sentAt),
      unseen: clock.unseen(),
    };
  }

  return {
    open() {
      channel = name && environment.openChannel?.(name);
      if (channel) channel.onmessage = ({ data }) => void hear(data);
    },
    show,
    tellLeft: (left, reason) => post({ left, reason }),
    ask() {
      if (!channel || seemsAlone) return Promise.resolve();
      seemsAlone = true;
      post('ask');
      return new Promise((resolve) => {
        heardNews = resolve;
        setTimer(resolve, answerTime);
      });
    },
    close() {
      if (channel) channel.close();
    },
  };
}
