/**
 * Says that the server cannot be reached, and that this costs nobody the session.
 */

import type { ReactElement } from 'react';
import { useSession } from 'tallystick/react';

export function ConnectionNotice(): ReactElement {
  const state = useSession();
  const connection = state.status === 'signed-in' ? state.connection : 'ok';
  return (
    <p role="status" className={connection === 'ok' ? 'unseen' : 'waiting'}>
      {connection === 'offline' &&
        'You are offline. You stay signed in, and the page continues when you are back online.'}
      {connection === 'unreachable' && 'The server cannot be reached at the moment. You stay signed in.'}
    </p>
  );
}
