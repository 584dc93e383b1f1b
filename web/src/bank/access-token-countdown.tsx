/**
 * What is left of the access token's life, and a word when it has just been refreshed.
 */
import type { ReactElement } from 'react';
import type { Countdown } from '../session/follow-countdown.ts';
import { StickGauge } from '../stick/stick-gauge.tsx';
import { formatCountdown, formatDuration } from '../time/format-duration.ts';

/** A refresh ahead happens at a random moment between these parts of the access token's life. */
const refreshBetween = [1 / 3, 2 / 3] as const;

/** How long the page says that it has just happened. */
const freshMs = 4_000;

export function AccessTokenCountdown({ countdown }: { readonly countdown: Countdown | undefined }): ReactElement {
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
