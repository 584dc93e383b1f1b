/**
 * A stick that is used up from the right as time passes, with notches where something happens. It shows a fraction; what that
 * is a fraction of, and the words for it, are the caller's.
 */
import { type ReactElement, useId } from 'react';
import { stickBox, stickPath } from './stick-path.ts';

interface StickGaugeProps {
  readonly label: string;
  /** What a screen reader says instead of the number. */
  readonly valueText: string;
  /** From 0 to 1. */
  readonly fraction: number;
  readonly notches?: readonly number[];
}

export function StickGauge({ label, valueText, fraction, notches = [] }: StickGaugeProps): ReactElement {
  const clip = useId();
  const shown = Math.min(1, Math.max(0, fraction));
  const path = stickPath(notches);
  return (
    <div className="stick-gauge">
      <meter className="unseen" aria-label={label} aria-valuetext={valueText} value={shown} />
      <svg viewBox={`0 0 ${stickBox.width} ${stickBox.height}`} aria-hidden="true">
        <clipPath id={clip}>
          <rect width={shown * stickBox.width} height={stickBox.height} />
        </clipPath>
        <path className="stick-gauge-spent" d={path} />
        <path className="stick-gauge-left" d={path} clipPath={`url(#${clip})`} />
      </svg>
    </div>
  );
}
