/**
 * The client's times, looked at twice a second: for showing, not for deciding.
 */

import { useEffect, useState } from 'react';
import type { Client, RemainingTimes } from 'tallystick/client';
import { useClient } from 'tallystick/react';
import { type Countdown, followCountdown } from './follow-countdown.ts';

export interface SessionTimes extends RemainingTimes {
  readonly accessToken: Countdown;
}

const everyMs = 500;

/** `undefined` until the first look. */
export function useSessionTimes(): SessionTimes | undefined {
  const client = useClient();
  const [times, setTimes] = useState<SessionTimes>();
  useEffect(() => {
    const look = () => setTimes((previous) => lookAgain(previous, client));
    look();
    const timer = setInterval(look, everyMs);
    return () => clearInterval(timer);
  }, [client]);
  return times;
}

function lookAgain(previous: SessionTimes | undefined, client: Client): SessionTimes {
  const times = client.times();
  const filling = client.history.findLast(
    ({ what }) => what === 'refreshed' || what === 'adopted' || what === 'signed-in',
  );
  const look = { remainingMs: times.accessTokenRemainingMs, filling };
  return { ...times, accessToken: followCountdown(previous?.accessToken, look, performance.now()) };
}
