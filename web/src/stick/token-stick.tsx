/**
 * A refresh token as a stick: one notch for each generation, so that two holders can be compared at a glance. Decoration; the words
 * stand beside it.
 */
import type { ReactElement } from 'react';
import { notchesSoFar, stickBox, stickPath } from './stick-path.ts';

interface TokenStickProps {
  readonly generation: number;
  /** Whether this token is of another branch than the first. */
  readonly isBranch: boolean;
}

const step = 1 / 11;

export function TokenStick({ generation, isBranch }: TokenStickProps): ReactElement {
  return (
    <svg
      className={isBranch ? 'token-stick token-stick-branch' : 'token-stick'}
      viewBox={`0 0 ${stickBox.shortWidth} ${stickBox.height}`}
      aria-hidden="true"
    >
      <path d={stickPath(notchesSoFar(generation, step), stickBox.shortWidth)} />
    </svg>
  );
}
