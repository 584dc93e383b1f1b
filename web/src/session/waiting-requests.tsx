/**
 * Changes that were on their way when the session ended. Those that can surprise nobody the client repeats by itself; the others
 * wait here for a word of the user who made them.
 */

import type { ReactElement } from 'react';
import { useSession } from 'tallystick/react';

export function WaitingRequests(): ReactElement {
  const state = useSession();
  const waiting = state.status === 'signed-in' ? state.waiting.filter((request) => request.needsChoice) : [];
  const answerAll = (answer: 'repeat' | 'drop') => () => {
    for (const request of waiting) request[answer]();
  };
  return (
    <div role="status" className={waiting.length === 0 ? undefined : 'waiting'}>
      {waiting.length > 0 && (
        <>
          <p>
            Your last {waiting.length === 1 ? 'change' : 'changes'} did not go through because your session had ended.
            Try again now?
          </p>
          <div className="button-row">
            <button type="button" onClick={answerAll('repeat')}>
              Try again
            </button>
            <button type="button" className="button-quiet" onClick={answerAll('drop')}>
              Discard
            </button>
          </div>
        </>
      )}
    </div>
  );
}
