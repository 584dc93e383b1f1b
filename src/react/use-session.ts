/**
 * The client's state in a component.
 */
import { useSyncExternalStore } from 'react';
import type { ClientState } from '../client/index.ts';
import { useClient } from './session-provider.tsx';

const onServer: ClientState = { status: 'starting' };

/** The state now, and a new render whenever it changes. On a server, and while hydrating, nothing is known: `starting`. */
export function useSession(): ClientState {
  const client = useClient();
  return useSyncExternalStore(
    client.subscribe,
    () => client.state,
    () => onServer,
  );
}
