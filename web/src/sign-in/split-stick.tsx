/**
 * A stick split in two, as a picture beside the sign-in. Decoration.
 */
import type { ReactElement } from 'react';
import { stickBox, stickPath } from '../stick/stick-path.ts';

const notches = [0.16, 0.24, 0.32, 0.47, 0.62, 0.7, 0.85];

export function SplitStick(): ReactElement {
  const path = stickPath(notches);
  return (
    <svg className="split-stick" viewBox={`0 0 ${stickBox.width} ${2 * stickBox.height + 12}`} aria-hidden="true">
      <path className="split-stick-stock" d={path} />
      <path className="split-stick-foil" d={path} transform={`translate(0 ${2 * stickBox.height + 12}) scale(1 -1)`} />
    </svg>
  );
}
