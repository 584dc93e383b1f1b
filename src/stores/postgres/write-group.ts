/**
 * Acts that arrive together go to the engine together, in one statement, so that they share its round trip and its flush.
 * A few such groups are under way at once. Nobody is answered before the engine has said yes to the whole group; a group
 * that it refuses is redone one by one, so that one bad act costs the others a round trip and not their answer.
 */
import { isRefusal } from './connection.ts';

/** Sends an act along with others. */
export type WriteGroup<Act, Result> = (act: Act) => Promise<Result>;

interface Entry<Act, Result> {
  readonly act: Act;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** While one group waits for the disk, others are on their way or being put together. */
const groupsAtOnce = 3;
/** Bounds how long one statement takes. */
const largestGroup = 256;

/** `send` gives one result for each act, in their order. */
export function createWriteGroup<Act, Result>(
  send: (acts: readonly Act[]) => Promise<readonly Result[]>,
): WriteGroup<Act, Result> {
  let waiting: Entry<Act, Result>[] = [];
  let senders = 0;

  async function sendAll(): Promise<void> {
    if (senders === groupsAtOnce) return;
    senders += 1;
    // One turn of the event loop lets every request that has already arrived join the group.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const group = waiting.slice(0, largestGroup);
      waiting = waiting.slice(largestGroup);
      const failure = await sendGroup(send, group);
      // Those behind a group that had no answer would have none either, and would wait as long for it again.
      if (failure) for (const { reject } of waiting.splice(0)) reject(failure.error);
    }
    senders -= 1;
  }

  return (act) =>
    new Promise((resolve, reject) => {
      waiting.push({ act, resolve, reject });
      void sendAll();
    });
}

/** Gives the failure where the engine did not say what became of the group. */
async function sendGroup<Act, Result>(
  send: (acts: readonly Act[]) => Promise<readonly Result[]>,
  group: readonly Entry<Act, Result>[],
): Promise<{ readonly error: unknown } | undefined> {
  try {
    const results = await send(group.map(({ act }) => act));
    group.forEach(({ resolve }, index) => {
      resolve(results[index] as Result);
    });
  } catch (error) {
    const isRefused = isRefusal(error);
    if (group.length > 1 && isRefused) for (const entry of group) await sendGroup(send, [entry]);
    else for (const { reject } of group) reject(error);
    if (!isRefused) return { error };
  }
  return undefined;
}
