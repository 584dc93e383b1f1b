/**
 * A face for each side. Decoration.
 */
import type { ReactElement } from 'react';
import type { Party } from './rob-story.ts';

export function PartyIcon({ party }: { readonly party: Party }): ReactElement {
  return (
    <svg className="party-icon" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
      <circle className="party-icon-face" cx="14" cy="14" r="12.5" />
      {party === 'thief' && (
        <path
          className="party-icon-mask"
          d="M1.7 11.5C6 9.5 22 9.5 26.3 11.5V15C23 18.5 17 18 14 15.5 11 18 5 18.5 1.7 15Z"
        />
      )}
      <circle className="party-icon-eye" cx="9.3" cy="13.3" r="1.8" />
      <circle className="party-icon-eye" cx="18.7" cy="13.3" r="1.8" />
      <path
        className="party-icon-mouth"
        d={party === 'thief' ? 'M10.5 21.2Q14 20 17.5 22' : 'M9.5 19.5Q14 23.5 18.5 19.5'}
      />
    </svg>
  );
}
