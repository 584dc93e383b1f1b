/**
 * Who is signed in on which device, as the server says it. It asks again whenever another session begins.
 */

import { useEffect, useState } from 'react';
import { useClient, useSession } from 'tallystick/react';
import { ask } from '../http/ask.ts';

/** As much of `GET /me` as the pages show. */
interface Me {
  readonly sub: string;
  readonly username?: string;
}

/** The name the user signs in with, `undefined` until it is known. It stays while the session is away. */
export function useUsername(): string | undefined {
  const client = useClient();
  const state = useSession();
  const [me, setMe] = useState<Me>();
  const subject = state.status === 'signed-in' ? state.subject : undefined;
  useEffect(() => {
    if (subject === undefined) return undefined;
    let isWanted = true;
    void ask<Me>(() => client.fetch('me')).then((answer) => {
      if (isWanted && answer.kind === 'done') setMe(answer.value);
    });
    return () => {
      isWanted = false;
    };
  }, [client, subject]);
  return subject === undefined || me?.sub === subject ? (me?.username ?? me?.sub) : undefined;
}
