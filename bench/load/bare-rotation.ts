/**
 * What a refresh asks of the store, without the tokens that no row has to do with.
 */
import { plainRotation } from '../../src/session/plain-rotation.ts';
import type { SessionUpdate } from '../../src/stores/store.ts';

const day = 86_400_000;
const policy = { retryWindow: 0, mayLose: 0, inactivityTimeout: 30 * day, absoluteLifetime: 365 * day };

/** The rotation of a session that is at `generation`. Rejects where it turns out not to be a plain one. */
export function bareRotation(sid: string, generation: number): SessionUpdate<void> {
  const from = { lastAddress: '192.0.2.1', lastAgent: 'AAAAAAAAAAA' };
  return {
    sid,
    plain: { ...plainRotation({ generation, branch: 0, clientId: 'app' }, policy), ...from, conclude: () => {} },
    decide: (session) => {
      throw new Error(`generation ${generation} was not to be rotated plainly, the row has ${session?.generation}`);
    },
  };
}
