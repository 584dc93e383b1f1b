/**
 * The other tabs of this page's origin: showing them what this tab knows, and asking what they do. Nothing here goes through storage.
 * Whoever listens on the origin hears access tokens; whoever can do that can make requests of its own already.
 */
import type { Context } from './context.ts';
import type { TabChannel } from './environment.ts';
import { answerTime, firstAnswerTime } from './limits.ts';
import type { Known } from './session.ts';

/** The one message there is: what its sender knows, and perhaps that it wants to know what others do. */
interface Message {
  /** The tab that sent it, by a number of its own. */
  readonly from: number;
  readonly known: Known | undefined;
  /** Of what is known, in milliseconds, at `sentAt` by the wall clock, which tabs share. */
  readonly age: number;
  readonly sentAt: number;
  /** The question that it asks. */
  readonly asks?: number | undefined;
  /** The question that it answers. */
  readonly answers?: number | undefined;
}

export interface Siblings {
  /** Begins to listen. Before, this tab is alone. */
  readonly open: () => void;
  /** Tells what this tab knows. */
  readonly show: () => void;
  /**
   * Asks, and waits until somebody has something new or everybody has answered; not at all where there is nobody. What another tab knew
   * before it let go of a lock, whoever takes the lock next learns by asking.
   */
  readonly ask: () => Promise<void>;
  readonly close: () => void;
}

/**
 * @param know What this tab knows.
 * @param hear Called with what another tab knows. Gives whether nothing better can be hoped for.
 */
export function createSiblings(
  context: Context,
  know: () => Known | undefined,
  hear: (known: Known) => boolean | Promise<boolean>,
): Siblings {
  const from = context.random();
  let channel: TabChannel | undefined;
  /** Who was heard of since they were asked last. */
  let present = new Set<number>();
  let silent = present;
  let question = 0;
  let goOn = (): void => undefined;

  function send(asks?: number, answers?: number): void {
    const known = know();
    const age = context.now() - (known?.receivedAt ?? 0);
    channel?.postMessage({ from, known, age, sentAt: context.wall(), asks, answers } satisfies Message);
  }

  async function onMessage({ data }: MessageEvent<Message>): Promise<void> {
    const { from: sender, known, age, sentAt, asks, answers } = data;
    present.add(sender);
    if (asks) send(0, asks);
    // The message may have lain for long before a frozen tab.
    const receivedAt = context.now() - age - Math.max(0, context.wall() - sentAt);
    const isEnough = known && (await hear({ ...known, receivedAt, unseen: context.unseen() }));
    // What was sent before the question may be older than what its sender knows now: it is no answer.
    if (isEnough || (answers === question && silent.delete(sender) && !silent.size)) goOn();
  }

  return {
    open() {
      channel = context.openChannel?.(context.name);
      if (channel) channel.onmessage = onMessage;
    },
    show: () => send(),
    async ask() {
      if (!channel || (question && !present.size)) return;
      silent = present;
      present = new Set();
      question = context.random();
      send(question);
      await new Promise<void>((resolve) => {
        goOn = resolve;
        context.setTimer(resolve, silent.size ? answerTime : firstAnswerTime);
      });
    },
    close: () => channel?.close(),
  };
}
