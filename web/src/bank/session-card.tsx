/**
 * The two ends of this session, counting down, and what happens at each. It starts no refresh of its own accord.
 */

import type { ReactElement } from 'react';
import type { RemainingTimes } from 'tallystick/client';
import { useAccessToken, useClient } from 'tallystick/react';
import { useAct } from '../http/use-act.ts';
import { excerptToken } from '../session/excerpt-token.ts';
import { useSessionTimes } from '../session/use-session-times.ts';
import { formatDuration } from '../time/format-duration.ts';
import { AccessTokenCountdown } from './access-token-countdown.tsx';

export function SessionCard({ isAway }: { readonly isAway: boolean }): ReactElement {
  const client = useClient();
  const { isBusy, run } = useAct();
  const times = useSessionTimes();
  const accessToken = useAccessToken();
  const refresh = () => run(async () => void (await client.refresh()));
  return (
    <section className="card session" aria-labelledby="session-title">
      <h2 id="session-title">Your session</h2>
      <dl className="countdowns">
        <div>
          <dt>Access token</dt>
          <dd>
            <AccessTokenCountdown countdown={times?.accessToken} />
            <span className="token">{accessToken === undefined ? '—' : excerptToken(accessToken)}</span>
          </dd>
        </div>
        <div>
          <dt>Signed in</dt>
          <dd>{isAway || times === undefined ? '—' : describeEnds(times)}</dd>
        </div>
      </dl>
      <div className="button-row">
        <p className="soft">
          The access token is replaced silently between the two notches while you use the page, or when a request needs
          it.
        </p>
        <button type="button" className="button-quiet" disabled={isBusy} onClick={refresh}>
          Refresh now
        </button>
      </div>
    </section>
  );
}

function describeEnds({ refreshTokenRemainingMs, sessionRemainingMs }: RemainingTimes): string {
  if (refreshTokenRemainingMs === undefined) return 'Until you sign out';
  if (sessionRemainingMs === undefined) return `For ${formatDuration(refreshTokenRemainingMs)} without use`;
  if (sessionRemainingMs <= refreshTokenRemainingMs) return `For ${formatDuration(sessionRemainingMs)} at most`;
  return `For ${formatDuration(refreshTokenRemainingMs)} without use, ${formatDuration(sessionRemainingMs)} at most`;
}
