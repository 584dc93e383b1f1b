/**
 * The two ends of this session, counting down, and what happens at each. It starts no refresh of its own accord.
 */
import { type ReactElement, useCallback } from 'react';
import { useAct } from '../http/use-act.ts';
import type { Countdown } from '../session/follow-countdown.ts';
import { useClient } from '../session/session-context.tsx';
import { useCountdown } from '../session/use-countdown.ts';
import { StickGauge } from '../stick/stick-gauge.tsx';
import { formatCountdown, formatDuration } from '../time/format-duration.ts';

/** A refresh ahead happens at a random moment between these parts of the access token's life. */
const refreshBetween = [1 / 3, 2 / 3] as const;

/** How long the page says that it has just happened. */
const freshMs = 4_000;

export function SessionCard({ isAway }: { readonly isAway: boolean }): ReactElement {
  const client = useClient();
  const { isBusy, run } = useAct();
  const accessToken = useCountdown(useCallback(() => client.times().accessTokenRemainingMs, [client]));
  const refreshToken = useCountdown(useCallback(() => client.times().refreshTokenRemainingMs, [client]));
  const absoluteEnd = useCountdown(useCallback(() => client.times().sessionRemainingMs, [client]));
  const refresh = () => run(async () => void (await client.refresh()));
  return (
    <section className="card session" aria-labelledby="session-title">
      <h2 id="session-title">Your session</h2>
      <dl className="countdowns">
        <div>
          <dt>Access token</dt>
          <dd>
            <AccessTokenCountdown countdown={accessToken} />
          </dd>
        </div>
        <div>
          <dt>Signed in</dt>
          <dd>{isAway ? '—' : describeEnds(refreshToken, absoluteEnd)}</dd>
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

function AccessTokenCountdown({ countdown }: { readonly countdown: Countdown | undefined }): ReactElement {
  const remainingMs = countdown?.remainingMs ?? 0;
  const isFresh = countdown?.refilledAt !== undefined && performance.now() - countdown.refilledAt < freshMs;
  return (
    <>
      <span className="countdown-figure">
        <span role="timer">{formatCountdown(remainingMs)}</span>
        <span className={isFresh ? 'fresh fresh-shown' : 'fresh'} role="status">
          {isFresh ? 'Refreshed' : ''}
        </span>
      </span>
      <StickGauge
        label="Life of the access token"
        valueText={`${formatDuration(remainingMs)} left`}
        fraction={remainingMs / (countdown?.wholeMs || 1)}
        notches={refreshBetween}
      />
    </>
  );
}

function describeEnds(refreshToken: Countdown | undefined, absoluteEnd: Countdown | undefined): string {
  if (refreshToken === undefined) return 'Until you sign out';
  const unused = `For ${formatDuration(refreshToken.remainingMs)} without use`;
  return absoluteEnd === undefined ? unused : `${unused}, ${formatDuration(absoluteEnd.remainingMs)} at most`;
}
