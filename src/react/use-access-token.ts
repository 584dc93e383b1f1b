/**
 * The access token in a component, for what `client.fetch` cannot do: a WebSocket, an event stream, a library of somebody else's.
 */
import { useEffect, useState } from 'react';
import { useClient } from './session-provider.tsx';
import { useSession } from './use-session.ts';

/**
 * A token with some life in it, a new one after each refresh; `undefined` where nobody is signed in, or it is not there yet. Showing a
 * component is nothing that a user does: on an idle page it causes no refresh, and an inactivity limit comes when it should.
 */
export function useAccessToken(): string | undefined {
  const client = useClient();
  const state = useSession();
  const [token, setToken] = useState<string>();
  const isSignedIn = state.status === 'signed-in';
  useEffect(() => {
    let isWanted = isSignedIn;
    const follow = async (): Promise<void> => {
      const next = await client.accessToken({ background: true });
      if (isWanted) setToken(next);
    };
    void follow();
    const unsubscribe = client.subscribe(() => void follow());
    return () => {
      isWanted = false;
      unsubscribe();
      setToken(undefined);
    };
  }, [client, isSignedIn]);
  return token;
}
