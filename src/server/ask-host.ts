/**
 * Questions to the host's own functions: whatever such a function does, only a well-formed answer in time counts as one.
 */
import type { z } from 'zod';
import { withDeadline } from '../time/with-deadline.ts';

/** The host did not answer. Leaves as 503, and signs nobody in or out. */
export class HostError extends Error {
  override readonly name = 'HostError';
}

export interface HostQuestion<Answer> {
  /** What is asked, for the log: "the user check". */
  readonly name: string;
  readonly ask: () => unknown;
  /** What an answer looks like; anything else is none. */
  readonly answer: z.ZodType<Answer>;
  /** In milliseconds. */
  readonly patience: number;
}

/** Asks. Rejects with a `HostError` where the function throws, takes too long, or gives something that is no answer. */
export async function askHost<Answer>({ name, ask, answer, patience }: HostQuestion<Answer>): Promise<Answer> {
  const askAsync = async () => ask();
  const given = await withDeadline(askAsync(), patience).catch((error: unknown) => {
    throw new HostError(`${name} failed`, { cause: error });
  });
  const parsed = answer.safeParse(given);
  if (!parsed.success) throw new HostError(`${name} gave something that is not an answer`);
  return parsed.data;
}
