/**
 * One attempt to sign in after another: under way, refused with a sentence, or to be waited for.
 */

import { useEffect, useState } from 'react';
import type { Credentials, Refusal } from 'tallystick/client';
import { useClient } from 'tallystick/react';
import { useAct } from '../http/use-act.ts';
import { useNow } from '../time/use-now.ts';
import { describeSignInRefusal } from './describe-sign-in.ts';

export interface SignIn {
  readonly isBusy: boolean;
  readonly trouble: string | undefined;
  /** Milliseconds until the server takes another attempt; 0 where it does. */
  readonly waitMs: number;
  readonly attempt: (credentials: Credentials) => Promise<void>;
}

/** Signs in with the page's client. `onSignedIn` is called after each success, `describe` has the words for a refusal. */
export function useSignIn(
  onSignedIn?: () => void,
  describe: (refusal: Omit<Refusal, 'ok'>) => string = describeSignInRefusal,
): SignIn {
  const client = useClient();
  const { isBusy, trouble, run } = useAct();
  const [waitUntil, setWaitUntil] = useState(0);
  const now = useNow(250, waitUntil > 0);
  const waitMs = Math.max(0, waitUntil - now);
  useEffect(() => {
    if (waitMs === 0) setWaitUntil(0);
  }, [waitMs]);
  const attempt = (credentials: Credentials) =>
    run(async () => {
      const result = await client.signIn(credentials);
      if (result.ok) {
        onSignedIn?.();
        return undefined;
      }
      if (result.retryAfterSeconds !== undefined) setWaitUntil(performance.now() + result.retryAfterSeconds * 1000);
      return describe(result);
    });
  return { isBusy, trouble, waitMs, attempt };
}
