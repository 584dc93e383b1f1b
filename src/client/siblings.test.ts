import { beforeEach, describe, expect, it } from 'vitest';
import type { Context } from './context.ts';
import type { TabChannel } from './environment.ts';
import { createSiblings, type Siblings } from './siblings.ts';

describe('asking the other tabs', () => {
  const known = { facts: { sessionId: 's1' }, ended: 'ended' } as const;
  let sent: { readonly asks?: number }[];
  let timers: Map<number, () => void>;
  let channel: TabChannel;
  let siblings: Siblings;
  let isEnough: boolean;

  beforeEach(() => {
    sent = [];
    timers = new Map();
    isEnough = false;
    channel = { postMessage: (message) => sent.push(message as never), onmessage: null, close: () => undefined };
    const context = {
      now: () => 0,
      wall: () => 0,
      unseen: () => 0,
      random: Math.random,
      openChannel: () => channel,
      setTimer: (ring: () => void, milliseconds: number) => timers.set(milliseconds, ring),
    } as unknown as Context;
    siblings = createSiblings(
      context,
      () => known,
      () => isEnough,
    );
    siblings.open();
  });

  async function receive(message: { from: number; asks?: number | undefined; answers?: number | undefined }) {
    const data = { known, age: 0, sentAt: 0, ...message };
    channel.onmessage?.(new MessageEvent('message', { data }));
    await turn();
  }

  /** Asks; gives the question, and whether it goes on. */
  async function ask() {
    const asked = { goesOn: false, question: 0 };
    void siblings.ask().then(() => {
      asked.goesOn = true;
    });
    asked.question = sent.at(-1)?.asks ?? 0;
    await turn();
    return asked;
  }

  it('waits for each that it has heard of', async () => {
    await receive({ from: 1 });
    await receive({ from: 2 });
    const asked = await ask();
    await receive({ from: 1, answers: asked.question });
    await receive({ from: 1, answers: asked.question });
    expect(asked.goesOn).toBe(false);
    await receive({ from: 2, answers: asked.question });
    expect(asked.goesOn).toBe(true);
  });

  it('takes nothing for an answer that was sent before it asked', async () => {
    await receive({ from: 1 });
    const first = await ask();
    timers.get(1000)?.();
    await receive({ from: 1, asks: 7 });
    const second = await ask();
    await receive({ from: 1, asks: 8 });
    await receive({ from: 1, answers: first.question });
    await receive({ from: 1 });
    expect(second.goesOn).toBe(false);
    await receive({ from: 1, answers: second.question });
    expect(second.goesOn).toBe(true);
  });

  it('goes on as soon as somebody says what makes it needless to wait', async () => {
    await receive({ from: 1 });
    await receive({ from: 2 });
    const asked = await ask();
    isEnough = true;
    await receive({ from: 1 });
    expect(asked.goesOn).toBe(true);
  });

  it('waits for a moment where nobody was heard of yet, and then not again before somebody speaks', async () => {
    const first = await ask();
    expect(first.goesOn).toBe(false);
    timers.get(100)?.();
    await turn();
    expect(first.goesOn).toBe(true);
    expect((await ask()).goesOn).toBe(true);
    await receive({ from: 1 });
    expect((await ask()).goesOn).toBe(false);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
