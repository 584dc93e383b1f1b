/**
 * The client for the components below. It starts the client where there is a page; on a server nobody is signed in.
 */
import { createContext, type ReactElement, type ReactNode, useContext, useEffect } from 'react';
import type { Client } from '../client/index.ts';

const ClientContext = createContext<Client | undefined>(undefined);

export interface SessionProviderProps {
  /** One for the page, made outside of any component. */
  readonly client: Client;
  readonly children?: ReactNode;
}

/** Hands the client down. Starting is idempotent, so neither StrictMode nor a second provider refreshes twice. */
export function SessionProvider({ client, children }: SessionProviderProps): ReactElement {
  useEffect(() => void client.start(), [client]);
  return <ClientContext value={client}>{children}</ClientContext>;
}

/** The client of the nearest `SessionProvider`. Throws a `TypeError` outside one. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new TypeError('useClient needs a SessionProvider around it');
  return client;
}
