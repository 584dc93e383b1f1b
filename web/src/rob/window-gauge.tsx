/**
 * How much of the retry window is left since the session last changed, as this page saw it. The server's own clock decides.
 */
import type { ReactElement } from 'react';
import { StickGauge } from '../stick/stick-gauge.tsx';

interface WindowGaugeProps {
  readonly remainingMs: number;
  readonly windowMs: number;
}

/** The server's default. */
const usualSeconds = 30;

export function WindowGauge({ remainingMs, windowMs }: WindowGaugeProps): ReactElement {
  const windowSeconds = windowMs / 1000;
  const said = remainingMs > 0 ? `open for ${(remainingMs / 1000).toFixed(1)} s` : 'closed';
  return (
    <div className="window-gauge">
      <p>
        <strong>Retry window: </strong>
        <span className="figure">{said}</span>
      </p>
      <StickGauge
        label="Retry window"
        valueText={remainingMs > 0 ? 'open' : 'closed'}
        fraction={remainingMs / windowMs}
      />
      <p className="soft">
        For {windowSeconds} s after a token is replaced, the old one gets the same answer again: a lost answer, or two
        tabs at once, look just like that, and nobody should be signed out for it.
        {windowSeconds < usualSeconds && ` Usually it is ${usualSeconds} s.`}
      </p>
    </div>
  );
}
