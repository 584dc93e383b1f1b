/**
 * What the server's clock shows now, learnt from its answers and counted on by this page's own. Unknown is an answer too: after
 * a sleep or a change of the wall clock nothing is said rather than something wrong.
 */
import type { deadlineHeader as DeadlineHeader, timeHeader as TimeHeader } from '../protocol/headers.ts';
import { certainSince, clocksAgree, type Moment } from './clock.ts';
import type { Answer } from './exchange.ts';

const timeHeader: typeof TimeHeader = 'Tallystick-Time';
const deadlineHeader: typeof DeadlineHeader = 'Tallystick-Deadline';

export interface ServerClock {
  /**
   * Learns from an answer, received now; gives what the server's clock showed, in milliseconds. Where an answer does not say, what
   * was learnt earlier is forgotten, for it may be why there is no better answer.
   */
  readonly learn: (answer: Answer) => number | undefined;
  /** The header that says when this client gives up, so many milliseconds from now; none where that is unknown. */
  readonly deadline: (patience: number) => Readonly<Record<string, string>>;
}

export function createServerClock(now: () => Moment): ServerClock {
  let known: { readonly server: number; readonly at: Moment } | undefined;
  return {
    learn(answer) {
      if (answer.kind === 'silence') return undefined;
      const server = Number(answer.headers.get(timeHeader));
      known = server > 0 ? { server, at: now() } : undefined;
      return known?.server;
    },
    deadline(patience) {
      const moment = now();
      if (!known || !clocksAgree(known.at, moment)) return {};
      return { [deadlineHeader]: String(Math.floor(known.server + certainSince(known.at, moment) + patience)) };
    },
  };
}
