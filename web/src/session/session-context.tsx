/**
 * The client of this page and its state, for components. It only binds the client to React; the client decides everything.
 */
import { createContext, type ReactElement, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Client, ClientState } from 'tallystick/client';

const ClientContext = createContext<Client | undefined>(undefined);

interface SessionProviderProps {
  readonly client: Client;
  readonly children: ReactNode;
}

export function SessionProvider({ client, children }: SessionProviderProps): ReactElement {
  return <ClientContext value={client}>{children}</ClientContext>;
}

/** The client of the nearest `SessionProvider`. Throws a `TypeError` outside one. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new TypeError('useClient needs a SessionProvider around it');
  return client;
}

/** The client's state, and a new render whenever it changes. */
export function useClientState(): ClientState {
  const client = useClient();
  return useSyncExternalStore(
    (listener) => client.subscribe(listener),
    () => client.state,
  );
}
