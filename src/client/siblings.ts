/**
 * The other tabs of this page's origin: showing them what this tab knows, and asking what they do. Nothing here goes through storage.
 * Whoever listens on the origin hears access tokens; whoever can do that can make requests of its own already.
 */
import type { Context } from './context.ts';
import type { TabChannel } from './environment.ts';
import type { Known } from './session.ts';

/** The one message there is: what its sender knows, and whether it wants to know what others do. */
interface Message {
  readonly known: Known | undefined;
  /** Of what is known, in milliseconds, at `sentAt` by the wall clock, which tabs share. */
  readonly age: number;
  readonly sentAt: number;
  readonly asks: boolean;
}

export interface Siblings {
  /** Begins to listen. Before, this tab is alone. */
  readonly open: () => void;
  /** Tells what this tab knows. */
  readonly show: () => void;
  /** Asks, and waits a moment for something new; not at all where there seems to be nobody. */
  readonly ask: () => Promise<void>;
  readonly close: () => void;
}

/** How long the other tabs may take to answer, in milliseconds. */
const answerTime = 100;

/**
 * @param know What this tab knows.
 * @param hear Called with what another tab knows. Gives whether it was news.
 */
export function createSiblings(
  context: Context,
  know: () => Known | undefined,
  hear: (known: Known) => boolean | Promise<boolean>,
): Siblings {
  const { now, wall, unseen } = context;
  let channel: TabChannel | undefined;
  let seemsAlone = false;
  let heardNews = (): void => undefined;

  function show(asks = false): void {
    const known = know();
    const message: Message = { known, age: now() - (known?.receivedAt ?? 0), sentAt: wall(), asks };
    channel?.postMessage(message);
  }

  async function onMessage({ known, age, sentAt, asks }: Message): Promise<void> {
    seemsAlone = false;
    if (asks) show();
    // The message may have lain for long before a frozen tab.
    const receivedAt = now() - age - Math.max(0, wall() - sentAt);
    if (known && (await hear({ ...known, receivedAt, unseen: unseen() }))) heardNews();
  }

  return {
    open() {
      channel = context.openChannel?.(context.name);
      if (channel) channel.onmessage = ({ data }) => void onMessage(data);
    },
    show,
    async ask() {
      if (!channel || seemsAlone) return;
      seemsAlone = true;
      show(true);
      await new Promise<void>((resolve) => {
        heardNews = resolve;
        context.setTimer(resolve, answerTime);
      });
    },
    close: () => channel?.close(),
  };
}
