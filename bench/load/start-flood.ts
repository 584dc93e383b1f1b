/**
 * A flood of requests from this process: so many senders, each of which asks again as soon as it is answered, and what they were
 * answered. A refusal is taken to heart for a moment: senders that never pause would be most of the load.
 */

/** The answers to a flood, by status, and how many of the refusals said when to come again. */
export type Answers = ReadonlyMap<number, { readonly count: number; readonly saidWhen: number }>;

export interface Flood {
  /** Ends it, and gives what came of it once the last answer is there. */
  stop(): Promise<Answers>;
}

/** How long a sender waits after a refusal, in milliseconds. */
const breath = 20;

/** Starts it. `send` gets a number that is another each time. */
export function startFlood(senders: number, send: (index: number) => Promise<Response>): Flood {
  const answers = new Map<number, { count: number; saidWhen: number }>();
  let isOver = false;
  let sent = 0;
  const sender = async () => {
    while (!isOver) {
      const { status, ok, headers, body } = await send(sent++);
      await body?.cancel();
      const counted = answers.get(status) ?? { count: 0, saidWhen: 0 };
      counted.count += 1;
      if (headers.has('retry-after')) counted.saidWhen += 1;
      answers.set(status, counted);
      if (!ok) await new Promise((resolve) => setTimeout(resolve, breath));
    }
  };
  const all = Promise.all(Array.from({ length: senders }, sender));
  return {
    stop: async () => {
      isOver = true;
      await all;
      return answers;
    },
  };
}

export function describeAnswers(answers: Answers): string {
  return [...answers]
    .toSorted(([one], [other]) => one - other)
    .map(
      ([status, { count, saidWhen }]) =>
        `${status} ${count} times${saidWhen ? ` (${saidWhen} said when to come again)` : ''}`,
    )
    .join(', ');
}
